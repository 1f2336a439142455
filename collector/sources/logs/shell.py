"""What a shell command shows of the files it writes: bash, zsh and the plainest PowerShell.

The command is only read. Where it shows what it writes (a here-document, an `echo`, a patch), the change has those
lines; where it names the file alone, the change is a `touch` without lines. Programs that write by their own code
(`python - <<EOF` and the like) are left alone: what they write can't be told from what they say.
"""

import json
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile

from collector.records import Operation
from collector.sources.logs.changes import Change, Lines, split
from collector.sources.logs.commandline import Command, Redirect, Variable, Word, scan
from collector.sources.logs.formatters import WRITING_COMMANDS, WRITING_WORDS, rewritten
from collector.sources.logs.programs import NOTHING, PROGRAMS, UNKNOWN, Argument, Text, run_shell

_DEEPEST = 6
"""Shells within shells (`bash -c "bash -c …"`) from which on the text is not looked into."""
_MOST_ADDED = 4 << 20
"""Letters that variables, loops and shells in shells may add to one command, lest a short text cost hours."""
_LONGEST_PATH = 4096
_ROUND = 200
"""What a round of a loop and a shell in a shell count for."""
_MOST_WRAPPERS = 16
"""Programs that run each other's words (`sudo env nice …`) from which on the rest is not looked into."""
_MOST_VALUES = 64
"""Rounds of a `for` that are followed."""

_EXPANSION = re.compile(r"\\([$`\\])|\$(?:(\w+)|\{(\w+)\}|\{[^}\n]*\}|\([^)\n]*\)|[@*#?!$-])|`[^`\n]*`")
_KEYWORDS = {"if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "time", "fi", "done", "esac"}
_SHELLS = {"bash", "sh", "zsh", "dash", "ksh", "ash", "fish", "pwsh", "powershell"}
_WRAPPERS = {
    "sudo": "-u -g -h -p -C -T -U", "doas": "-u -C", "env": "-u -C -S", "time": "-f -o", "nohup": "", "command": "",
    "exec": "-a", "builtin": "", "timeout": "-s -k", "nice": "-n", "ionice": "-c -n", "stdbuf": "-i -o -e",
    "caffeinate": "",    "noglob": "", "nocorrect": "", "busybox": "", "rtk": "", "setsid": "", "chronic": "",
}  # fmt: skip
"""Programs that run the rest of their words, and which of their options take a value."""
_RUNNERS = {
    *("npx", "pnpm", "yarn", "bunx", "bun", "npm", "uv", "uvx", "poetry", "pipenv", "pipx", "pdm", "hatch", "bundle"),
    *("mise", "asdf", "direnv"),
}
_RUNS = {"run", "exec", "dlx", "x", "tool"}
_PYTHON = re.compile(r"python[\d.]*|py")
_DURATION = re.compile(r"[\d.]+[smhd]?")
_NOT_FILES = re.compile(r"/dev/|/proc/|&|\$null$|nul$", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[/~\\]|[A-Za-z]:[/\\]")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")


_WORD = re.compile(r"[\w-]+")
_REDIRECTED = re.compile(r">(?!>?\s*/dev/|&\s*[\d-])")
_ONLY_PRINT = {
    *("cat", "echo", "write-output", "printf", "cd", "pushd", "popd", "set-location", "git"),
    *(":", "true", "mkdir", "set", "chmod", "sleep"),
}
_WRITING = frozenset(PROGRAMS) - _ONLY_PRINT | {"apply", "am"} | WRITING_WORDS


def may_write(command: str) -> bool:
    """Return whether a command line could write anything, which is quick to say."""
    if _REDIRECTED.search(command):
        return True
    words = set(_WORD.findall(command.lower()))
    if not _WRITING.isdisjoint(words):
        return True
    return any(not WRITING_COMMANDS[name].isdisjoint(words) for name in words & WRITING_COMMANDS.keys())


def changes(command: str) -> list[Change]:
    """Return the files that a command line writes, moves or deletes, in their order.

    Paths are as the command names them, joined to the folders that it changes into. A list of words in JSON, as some
    logs have it, is taken as well.
    """
    if command.lstrip().startswith("["):
        try:
            words = json.loads(command)
        except (ValueError, RecursionError):
            words = None
        if isinstance(words, list):
            return changes_by([word for word in words if isinstance(word, str)])
    run = _Run()
    run.script(command)
    return run.found


def changes_by(words: Sequence[str]) -> list[Change]:
    """Return what a command given as a list of words writes; `["bash", "-lc", "…"]` is the command line in it."""
    run = _Run()
    run.command([Argument(word.replace(UNKNOWN, ""), word) for word in words], None)
    return run.found


@dataclass(slots=True)
class _Run:
    """One command line on its way, and what it was seen to change."""

    found: list[Change] = field(default_factory=list)
    directory: str = ""
    """Where it is, relative to where it began."""
    pushed: list[str] = field(default_factory=list)
    """Where `popd` leads back to."""
    groups: list[list[Text | None]] = field(default_factory=list)
    """What the commands of each open `{…}` and `(…)` printed."""
    grouped: Text | None = None
    """What the subshell printed that has just ended."""
    variables: dict[str, list[str]] = field(default_factory=dict)
    left: int = _MOST_ADDED
    depth: int = 0

    def script(self, text: str) -> None:
        """Follow the commands of a text."""
        if self.depth >= _DEEPEST or (self.depth and not self._afford(len(text) + _ROUND)):
            return
        self.depth += 1
        outside: list[tuple[str, int]] = []
        for event in scan(text):
            if not isinstance(event, list) or event[0].words:  # else it takes what the subshell before it printed
                self._print_grouped()
            if event == "enter":
                outside.append((self.directory, len(self.groups)))
                self.groups.append([])
            elif event == "leave":
                self.directory, level = outside.pop()
                self.grouped = self._together(level)
            elif isinstance(event, list):
                self._pipeline(event)
                self.grouped = None
        self.depth -= 1

    def _pipeline(self, pipeline: list[Command]) -> None:
        """Follow a pipeline, once for each value of a `for`'s variable that it names."""
        names = {
            part.name for one in pipeline for word in _words(one) for part in word.parts if isinstance(part, Variable)
        }
        looped = [name for name in names if len(self.variables.get(name, ())) > 1]
        if len(looped) != 1:
            return self._once(pipeline)
        name = looped[0]
        values = self.variables[name]
        for value in values[:_MOST_VALUES]:
            if not self._afford(_ROUND):
                break
            self.variables[name] = [value]
            self._once(pipeline)
        self.variables[name] = values
        return None

    def _once(self, pipeline: list[Command]) -> None:
        passed = self.grouped
        for command in pipeline:
            given = passed
            for redirect in command.redirects:
                given = self._input(redirect) if redirect.operator.startswith("<") else given
            printed = self._printed(command, given)
            passed = printed
            for redirect in command.redirects:
                if ">" in redirect.operator and redirect.operator != "<>" and self._output(redirect, printed):
                    passed = NOTHING
        if self.groups:
            self.groups[-1].append(passed)

    def _printed(self, command: Command, given: Text | None) -> Text | None:
        """Follow a command, or the end of a group, and return what it prints."""
        if not command.words:  # what follows a subshell
            return given
        if command.words[0].source == "}" and self.groups:
            return self._together(len(self.groups) - 1)
        if command.words[0].source == "{":
            self.groups.append([])
        return self.command([self._argument(word) for word in command.words], given)

    def _print_grouped(self) -> None:
        """Let the subshell that has just ended print into the group around it."""
        if self.groups and self.grouped:
            self.groups[-1].append(self.grouped)
        self.grouped = None

    def _together(self, level: int) -> Text | None:
        """Close the groups from a level on and return what the first of them printed."""
        texts = self.groups[level] if level < len(self.groups) else []
        del self.groups[level:]
        if all(text is None for text in texts):
            return None
        text = "".join(text.text if text else f"{UNKNOWN}\n" for text in texts)
        return Text(text, text) if self._afford(len(text)) else None

    def _input(self, redirect: Redirect) -> Text | None:
        """Return what a here-document or here-string gives."""
        if redirect.operator == "<<<":
            word = self._argument(redirect.target)
            return Text(f"{word.text}\n", f"{word.text}\n")
        if redirect.body is None:
            return None
        if redirect.is_raw:
            return Text(redirect.body.replace(UNKNOWN, ""), redirect.body)
        return Text(self._expanded(redirect.body.replace("\\\n", "").replace(UNKNOWN, "")), redirect.body)

    def _output(self, redirect: Redirect, printed: Text | None) -> bool:
        """Write to a redirection's file, return False where it is of another stream than the output."""
        if redirect.stream not in ("", "1", "&", "*") or (
            redirect.operator == ">&" and redirect.target.source.isdigit()
        ):
            return False
        self.write(self._argument(redirect.target), printed, append=redirect.operator == ">>")
        return True

    def command(self, words: list[Argument], given: Text | None) -> Text | None:
        """Follow one command and return what it prints, None where that can't be told."""
        words = self._assigned(words)
        words, only_formats = _unwrapped(words)
        if not words:
            return NOTHING
        name = posixpath.basename(words[0].text.replace("\\", "/")).removesuffix(".exe").lower()
        if name in _SHELLS:
            return run_shell(self, words[1:], given)
        if not only_formats and name in PROGRAMS:
            return PROGRAMS[name](self, words[1:], given)
        if len(words) == 1 and words[0].source.startswith(("@'", '@"')):  # PowerShell: a text by itself is printed
            return Text(words[0].text, words[0].text)
        for path in rewritten(name, [word.text for word in words[1:] if not word.is_pattern]):
            self.touch(Argument(path, path))
        return None

    # --- what handlers use ----------------------------------------------------------------------------------

    def write(self, target: Argument, content: Text | None, *, append: bool = False) -> None:
        """Note that a file is written."""
        lines = _lines(content.text) if content else ()
        if content is None or (not lines and content.text):
            self.touch(target)
        elif path := self._path(target, shown=bool(lines)):
            self.found.append(Change(path=path, operation="update" if append else "add", lines=lines))

    def touch(self, target: Argument, operation: Operation = "touch", *, moved_from: Argument | None = None) -> None:
        """Note that a file is changed in a way that isn't shown."""
        if path := self._path(target):
            origin = self._path(moved_from) if moved_from else None
            if moved_from is None or origin:
                self.found.append(Change(path=path, operation=operation, moved_from=origin))

    def patch(self, made: list[Change], *, inside: str = "") -> None:
        """Note what a patch changes, in a folder of its own maybe."""
        for change in made:
            self.found.append(
                replace(
                    change,
                    path=self._joined(posixpath.join(inside, change.path)),
                    moved_from=self._joined(posixpath.join(inside, change.moved_from)) if change.moved_from else None,
                )
            )

    def enter(self, folder: str | None) -> None:
        """Change into a folder; None for one that isn't known."""
        joined = self._joined(folder) if folder else ""
        self.directory = joined if len(joined) < _LONGEST_PATH else ""

    # --- how ------------------------------------------------------------------------------------------------

    def _assigned(self, words: list[Argument]) -> list[Argument]:
        """Take variables that are set, and return the command without them and without a shell's keywords."""
        words = list(dropwhile(lambda word: word.source in _KEYWORDS, words))
        if len(words) >= 3 and words[0].source.startswith("$") and words[1].text == "=":  # PowerShell
            self._set(words[0].source[1:], words[2].text)
            return []
        if len(words) >= 3 and words[0].text == "for" and words[2].text == "in":
            known = [word.text for word in words[3:] if not word.is_pattern and UNKNOWN not in word.text]
            self.variables[words[1].text] = known if len(known) == len(words) - 3 and known else [UNKNOWN]
            return []
        if words and words[0].text in ("export", "local", "declare", "readonly", "typeset"):
            words = words[1:]
        count = next((at for at, word in enumerate(words) if not _ASSIGNMENT.match(word.source)), len(words))
        if count == len(words):  # else they are the command's environment
            for word in words:
                name, _, value = word.text.partition("=")
                self._set(name, value)
        return words[count:]

    def _set(self, name: str, value: str) -> None:
        self.variables[name] = [UNKNOWN if name.endswith("+") else value]

    def _argument(self, word: Word) -> Argument:
        parts = [part.replace(UNKNOWN, "") if isinstance(part, str) else self._value(part.name) for part in word.parts]
        return Argument("".join(parts), word.source, word.is_pattern)

    def _value(self, name: str) -> str:
        """Return a variable's value as far as it is known."""
        known = self.variables.get(name, ())
        return known[0] if len(known) == 1 and self._afford(len(known[0])) else UNKNOWN

    def _afford(self, letters: int) -> bool:
        """Take something from what variables, loops and shells in shells may add, or return False."""
        if letters > self.left:
            return False
        self.left -= letters
        return True

    def _expanded(self, text: str) -> str:
        """Return a here-document's text with its variables resolved."""
        return _EXPANSION.sub(lambda found: found[1] or self._value(found[2] or found[3] or ""), text)

    def _path(self, target: Argument, *, shown: bool = False) -> str | None:
        """Return a file's path, None for what is no file or not named; a written one may be named by a variable."""
        text = target.text
        if UNKNOWN in text:
            text = target.source.strip("\"'") if shown else ""
        if not text or text == "-" or target.is_pattern or "\n" in text or _NOT_FILES.match(text):
            return None
        return self._joined(text)

    def _joined(self, path: str) -> str:
        if _ABSOLUTE.match(path) or path.startswith("$"):
            return posixpath.normpath(path)
        return posixpath.normpath(posixpath.join(self.directory, path))


def _words(command: Command) -> list[Word]:
    return [*command.words, *(redirect.target for redirect in command.redirects)]


def _lines(text: str) -> Lines:
    """Return the lines of a text, a gap for those that are not known."""
    lines: list[str | None] = []
    for line in split(text):
        if UNKNOWN not in line:
            lines.append(line.removesuffix("\r"))
        elif lines and lines[-1] is not None:
            lines.append(None)
    return tuple(lines[:-1] if lines and lines[-1] is None else lines)


def _unwrapped(words: list[Argument]) -> tuple[list[Argument], bool]:
    """Return the command that another one runs (`sudo`, `npx`), and whether it can only be a program of a package."""
    packaged = False
    for _ in range(_MOST_WRAPPERS):
        if not words:
            break
        name = posixpath.basename(words[0].text)
        if name in _WRAPPERS:
            words = _after_options(words[1:], frozenset(_WRAPPERS[name].split()))
            words = list(dropwhile(lambda word: _ASSIGNMENT.match(word.text) or _DURATION.fullmatch(word.text), words))
        elif name in _RUNNERS:
            words = _after_options(words[1:], frozenset({"--with", "--package", "-p", "--project", "--directory"}))
            packaged = True
            if words and words[0].text in _RUNS:
                packaged = words[0].text not in ("run", "exec")
                words = _after_options(words[1:], frozenset({"--with", "--package", "-p", "--extra", "--group"}))
        elif _PYTHON.fullmatch(name) and len(words) > 2 and words[1].text == "-m":
            words = words[2:]
            packaged = True
        else:
            break
    return words, packaged


def _after_options(words: list[Argument], valued: frozenset[str]) -> list[Argument]:
    at = 0
    while at < len(words) and words[at].text.startswith("-"):
        at += 2 if words[at].text in valued else 1
    return words[at:]
