"""What the programs that write files do with their arguments and their input, as far as a command line shows it.

Each takes the shell that it runs in, its arguments and its input, notes the files that it changes there, and returns
what it prints, None where that can't be told.
"""

import posixpath
import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from collector.records import Operation
from collector.sources.logs import patches
from collector.sources.logs.changes import Change
from collector.sources.logs.commandline import unescaped

UNKNOWN = "\0"
"""Stands in a text for what only running could tell; a command has none of its own."""

_DIRECTIVE = re.compile(r"%(?:(%)|(s|b|d|i)|(.?))")
_PERL_IN_PLACE = re.compile(r"-[a-hj-zA-Z0]*i")
_SED_IN_PLACE = re.compile(r"-[nErsuz]*i|--in-place")


class Text(NamedTuple):
    """What a command is given or prints, `UNKNOWN` where that can't be told; `raw` is how it was typed."""

    text: str
    raw: str


class Argument(NamedTuple):
    """A word of a command, its variables resolved as far as they are known."""

    text: str
    source: str
    is_pattern: bool = False


class Shell(Protocol):
    """What a program runs in."""

    directory: str

    def write(self, target: Argument, content: Text | None, *, append: bool = False) -> None:
        """Note that a file is written."""

    def touch(self, target: Argument, operation: Operation = "touch", *, moved_from: Argument | None = None) -> None:
        """Note that a file is changed in a way that isn't shown."""

    def patch(self, made: list[Change], *, inside: str = "") -> None:
        """Note what a patch changes."""

    def enter(self, folder: str | None) -> None:
        """Change into a folder, None for one that isn't known."""

    def script(self, text: str) -> None:
        """Follow the commands of a text."""


Program = Callable[[Shell, list[Argument], Text | None], Text | None]


def _operands(words: list[Argument], valued: str = "") -> list[Argument]:
    """Return the words that are no options and no values of options."""
    takes_value, operands, ended = frozenset(valued.split()), list[Argument](), False
    skip = False
    for word in words:
        if skip:
            skip = False
        elif ended or not word.text.startswith("-") or word.text == "-":
            operands.append(word)
        elif word.text == "--":
            ended = True
        else:
            skip = word.text in takes_value
    return operands


def _has(words: list[Argument], *options: str) -> bool:
    return any(word.text in options for word in words)


def _cat(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    return given if all(word.text == "-" for word in words) else None


def _echo(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    options = ""
    while words and re.fullmatch(r"-[neE]+", words[0].text):
        options += words[0].text
        words = words[1:]
    text = " ".join(UNKNOWN if word.is_pattern else word.text for word in words)
    return Text(unescaped(text), text) if "e" in options else Text(text, text)


def _printf(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    words = words[1:] if _has(words[:1], "--") else words
    if not words or words[0].text.startswith("-"):
        return None
    values = iter(words[1:])
    form = unescaped(words[0].text)
    directives = sum(1 for found in _DIRECTIVE.finditer(form) if not found[1])
    rounds = -(-len(words[1:]) // directives) if directives else 1

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return "%"
        word = next(values, None)
        text = "" if word is None else word.text
        return unescaped(text) if found[2] == "b" else text if found[2] else UNKNOWN

    text = "".join([_DIRECTIVE.sub(value, form) for _ in range(max(1, rounds))])
    return Text(text, text)


def _tee(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    for target in _operands(words):
        shell.write(target, given, append=any(re.match(r"-\w*a|--append", word.text) for word in words))
    return given


def _apply_patch(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    text = words[0].text if words else given.raw if given else ""
    shell.patch(patches.apply_patch(text))
    return None


def _patch(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    inside = _option(words, "-d", "--directory=") or ""
    if _has(words, "--dry-run", "--check", "--stat", "--numstat", "--summary", "--cached"):
        return None
    if given:
        made = patches.git_diff(given.raw)
        if _has(words, "-R", "--reverse"):
            made = [Change(path=one.path, operation="touch") for one in made]
        shell.patch(made, inside=inside)
    else:
        for target in _operands(words, "-i -d -o -r -B -F")[:1]:
            shell.touch(target)
    return None


def _option(words: list[Argument], *names: str) -> str | None:
    """Return the value of an option: the word after it, or what follows it where the name ends with `=` or a letter."""
    for at, word in enumerate(words):
        for name in names:
            if name.endswith("=") and word.text.startswith(name):
                return word.text[len(name) :]
            if word.text == name and at + 1 < len(words):
                return words[at + 1].text
    return None


def _sed(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    if any(_SED_IN_PLACE.match(word.text) for word in words):
        _in_place(shell, words, "-e -f --expression --file -l", r"-[nErsuzi]*[ef]$|--(?:expression|file)\b")
    return None


def _perl(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    if any(_PERL_IN_PLACE.match(word.text) for word in words):
        _in_place(shell, words, "-e -E -I -M", r"-[a-zA-Z0-9]*[eE]$")
    return None


def _in_place(shell: Shell, words: list[Argument], valued: str, script: str) -> None:
    """Touch the files of a command whose first operand is its script, unless an option gives that."""
    given = [word for word in words if re.match(script, word.text)]
    names = " ".join([valued, *(word.text for word in given)])
    operands = [word for word in _operands(words, names) if word.text]
    for target in operands if given else operands[1:]:
        shell.touch(target)


def _move(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    for origin, target in _pairs(words):
        shell.touch(target, "move", moved_from=origin)
    return None


def _copy(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    for _, target in _pairs(words):
        shell.touch(target)
    return None


def _pairs(words: list[Argument]) -> list[tuple[Argument, Argument]]:
    """Return where `mv` or `cp` brings each file."""
    folder = _option(words, "-t", "--target-directory=")
    operands = _operands(words, "-t -S --suffix")
    if folder is None and len(operands) < 2:
        return []
    last = Argument(folder, folder) if folder is not None else operands.pop()
    is_folder = folder is not None or len(operands) > 1 or last.text.endswith("/") or last.text in (".", "..")
    if not is_folder:
        return [(operands[0], last)]
    return [
        (one, last._replace(text=posixpath.join(last.text, posixpath.basename(one.text.rstrip("/")))))
        for one in operands
        if not one.is_pattern
    ]


def _remove(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    for target in _operands(words):
        shell.touch(target, "delete")
    return None


def _touch(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    for target in _operands(words, "-d -t -r -s --date --reference --size"):
        shell.touch(target)
    return None


def _download(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    target = _option(words, "-o", "--output", "-O", "--output-document", "--output=", "--output-document=")
    if target and not target.startswith(("-", "http")):
        shell.touch(Argument(target, target))
    return None


def _change_folder(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    operands = _operands(words)
    target = operands[0].text if operands else "~"
    shell.enter(None if UNKNOWN in target or target == "-" else target)
    return None


def _git(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    there = shell.directory
    while words and words[0].text.startswith("-"):
        if words[0].text == "-C" and len(words) > 1:
            shell.enter(words[1].text if UNKNOWN not in words[1].text else None)
        words = words[2 if words[0].text in ("-C", "-c", "--git-dir", "--work-tree") else 1 :]
    program = _GIT.get(words[0].text) if words else None
    if program and not _has(words, "--cached", "-n", "--dry-run"):
        program(shell, words[1:], given)
    shell.directory = there
    return None


def _git_apply(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    if all(word.text == "-" for word in _operands(words, "-p -C --directory --exclude --include")):
        _patch(shell, words, given)
    return None


def run_shell(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    """Follow the script that a shell is given, in its words or in its input."""
    there = shell.directory
    for at, word in enumerate(words):
        if re.fullmatch(r"(?i)-[a-z]*c|-command|/c", word.text):
            shell.script(words[at + 1].text if at + 1 < len(words) else "")
            break
    else:
        if given and all(word.text.startswith("-") for word in words):
            shell.script(given.text)
    shell.directory = there
    return None


def _eval(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    shell.script(" ".join(word.text for word in words))
    return None


def _set_content(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    """Follow PowerShell's Set-Content, Add-Content, Out-File."""
    named, operands = _powershell(words)
    target = (
        named.get("path")
        or named.get("literalpath")
        or named.get("filepath")
        or (operands.pop(0) if operands else None)
    )
    value = named.get("value") or named.get("inputobject") or (operands[0] if operands else None)
    if target:
        shell.write(target, Text(value.text, value.text) if value else given, append="append" in named)
    return None


def _add_content(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
    return _set_content(shell, [*words, Argument("-Append", "-Append")], given)


def _powershell(words: list[Argument]) -> tuple[dict[str, Argument], list[Argument]]:
    """Return a cmdlet's named values and its other words."""
    switches = ("-force", "-append", "-nonewline", "-passthru", "-recurse", "-noclobber", "-confirm", "-whatif")
    named: dict[str, Argument] = {}
    operands: list[Argument] = []
    pending = ""
    for word in words:
        if word.source.startswith("-"):
            name = word.text.lower()
            pending = "" if name in switches else name[1:]
            named[name[1:]] = word
        elif pending:
            named[pending], pending = word, ""
        else:
            operands.append(word)
    return named, operands


def _cmdlet_on_files(plain: Program) -> Program:
    """Return `mv`, `cp` or `rm` under PowerShell's names for their operands."""

    def program(shell: Shell, words: list[Argument], given: Text | None) -> Text | None:
        named, operands = _powershell(words)
        origin = named.get("path") or named.get("literalpath")
        target = named.get("destination")
        return plain(shell, [*([origin] if origin else []), *operands, *([target] if target else [])], given)

    return program


_GIT: dict[str, Program] = {"mv": _move, "rm": _remove, "apply": _git_apply, "am": _git_apply}
PROGRAMS: dict[str, Program] = {
    "cat": _cat,
    "echo": _echo,
    "write-output": _echo,
    "printf": _printf,
    "tee": _tee,
    "apply_patch": _apply_patch,
    "applypatch": _apply_patch,
    "patch": _patch,
    "sed": _sed,
    "gsed": _sed,
    "perl": _perl,
    "ruby": _perl,
    "mv": _move,
    "cp": _copy,
    "rm": _remove,
    "unlink": _remove,
    "touch": _touch,
    "truncate": _touch,
    "curl": _download,
    "wget": _download,
    "cd": _change_folder,
    "pushd": _change_folder,
    "set-location": _change_folder,
    "git": _git,
    "eval": _eval,
    "set-content": _set_content,
    "out-file": _set_content,
    "add-content": _add_content,
    "remove-item": _cmdlet_on_files(_remove),
    "move-item": _cmdlet_on_files(_move),
    "copy-item": _cmdlet_on_files(_copy),
    "new-item": _cmdlet_on_files(_touch),
}
