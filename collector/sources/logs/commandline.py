"""A shell's command line → the commands in it: words, redirections, here-documents. Nothing is ever run.

Written by hand because logs hold what models typed: unclosed quotes, here-documents without end, PowerShell, zsh. Each
letter is looked at once; whatever is not understood becomes part of a word, and what only running could tell (the
output of another command, a variable's value) stands in a word as a `Variable`.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

_DEEPEST = 40
"""Nested substitutions from which on the rest is not looked into."""

_PLAIN = re.compile(r"""[^\s'"\\$`;&|<>()*?\[{@]+""")
_IN_QUOTES = re.compile(r"""[^"\\$`]+""")
_REDIRECT = re.compile(r"(?P<fd>\d*|&|\*)(?P<operator><<<|<<-?|<>|<&|>>|>\||>&|<|>)")
_NAME = re.compile(r"\w+")
_ASSIGNED = re.compile(r"\w+\+?=")
_BLANKS = re.compile(r"(?:[ \t\r\f\v\0]|\\\r?\n)+")
_ANSI = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
_POWERSHELL = re.compile(
    r"(?im)@['\"]\r?$|(?:^|[;|{(=])\s*(?:(?:set|add|get)-content|out-file|(?:remove|move|copy|new|rename)-item)\b"
)
_NO_POWERSHELL = re.compile(r"<<|'\\''|\\\r?\n")


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of a word that its text doesn't tell; the name is empty unless it is a plain variable."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, its quotes resolved."""

    parts: tuple[str | Variable, ...]
    source: str
    """As it was typed."""
    is_pattern: bool = False
    """Whether the shell would replace it by the names of files."""


@dataclass(slots=True)
class Redirect:
    """A redirection; a here-document's text is in `body`."""

    operator: str
    stream: str
    target: Word
    body: str | None = None
    is_raw: bool = True
    """Whether the here-document's text stands for itself, its delimiter being quoted."""


@dataclass(slots=True)
class Command:
    """A simple command."""

    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)


Event = list[Command] | Literal["enter", "leave"]
"""A pipeline, or the begin or end of a subshell."""


def scan(text: str) -> list[Event]:
    """Return the pipelines of a command line in their order; those of a substitution stand before its command's."""
    scanner = _Scanner(text)
    scanner.commands("", 0)
    return scanner.events


def unescaped(text: str) -> str:
    r"""Return a text with what `$'…'`, `echo -e` and `printf` make of `\n` and the like."""

    def letter(found: re.Match[str]) -> str:
        octal, *hexes, other = found.groups()
        code = int(octal, 8) & 0xFF if octal else next((int(one, 16) for one in hexes if one), None)
        if code is not None:
            return chr(code) if code < 0x110000 else found[0]
        return _ANSI_LETTERS.get(other, other if other in "\\'\"?" else found[0])

    return _ANSI.sub(letter, text)


@dataclass(slots=True)
class _Unfinished:
    """The pipeline that is being scanned, and its last command."""

    events: list[Event]
    pipeline: list[Command] = field(default_factory=list)
    command: Command = field(default_factory=Command)

    @property
    def is_test(self) -> bool:
        """Whether the command is an unfinished `[[ … ]]`, in which `<` compares."""
        words = self.command.words
        return bool(words) and words[0].source == "[[" and words[-1].source != "]]"

    def pipe(self) -> None:
        """Begin the pipeline's next command."""
        self.pipeline.append(self.command)
        self.command = Command()

    def finish(self) -> None:
        """End the pipeline."""
        if self.command.words or self.command.redirects:
            self.pipe()
        if self.pipeline:
            self.events.append(self.pipeline)
        self.pipeline, self.command = [], Command()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.events: list[Event] = []
        self.awaited: list[tuple[Redirect, str]] = []
        """Here-documents whose text begins at the next line."""
        self.is_powershell = bool(_POWERSHELL.search(text)) and not _NO_POWERSHELL.search(text)

    def commands(self, closer: str, depth: int) -> None:
        """Scan commands up to a closing parenthesis (or the end), and past it."""
        text, line = self.text, _Unfinished(self.events)
        while self.at < len(text):
            letter = text[self.at]
            if blanks := _BLANKS.match(text, self.at):
                self.at = blanks.end()
            elif letter == "#":
                self.at = self._find("\n")
            elif letter in "<>()&|;" and line.is_test:
                self.at += 1
            elif letter == ")":
                self.at += 1
                line.finish()
                if closer:
                    return
            elif letter == "(":
                self._parenthesis(line, depth)
            elif self._redirect(line.command, depth) or self._separator(line):
                continue
            else:
                line.command.words.append(self._word(depth))
        line.finish()

    def _parenthesis(self, line: "_Unfinished", depth: int) -> None:
        """Scan `((…))` or a subshell."""
        if self.text.startswith("((", self.at) and not line.command.words:
            self._arithmetic()
            return
        self.at += 1
        line.finish()
        self._group(depth)

    def _separator(self, line: "_Unfinished") -> bool:
        """Take what ends a command where it stands, else return False."""
        letter, two = self.text[self.at], self.text[self.at : self.at + 2]
        if letter == "\n":
            self.at += 1
            if line.command.words or line.command.redirects:  # else after a `|`: the pipeline goes on
                line.finish()
            self._heredocs()
        elif letter == "|" and two != "||":
            self.at += 2 if two == "|&" else 1
            line.pipe()
        elif letter in ";&|":
            self.at += 2 if two in ("&&", "||") else 1
            line.finish()
        else:
            return False
        return True

    def _group(self, depth: int) -> None:
        """Scan what is in parentheses as a subshell."""
        if depth >= _DEEPEST:
            self.at = len(self.text)
            return
        self.events.append("enter")
        self.commands(")", depth + 1)
        self.events.append("leave")

    def _redirect(self, command: Command, depth: int) -> bool:
        """Take a redirection where one stands, else return False."""
        found = _REDIRECT.match(self.text, self.at)
        if not found or (self.text.startswith(("<(", ">("), self.at) and not found["fd"]):
            return False
        self.at = found.end()
        while blanks := _BLANKS.match(self.text, self.at):
            self.at = blanks.end()
        if self.at >= len(self.text) or self.text[self.at] in "\n;|<>)" or self.text[self.at] == "&":
            if self.text.startswith("&", self.at) and not self.text.startswith("&&", self.at):
                self.at += 1  # `> &1`
            return True
        redirect = Redirect(found["operator"], found["fd"], self._word(depth))
        if redirect.operator in ("<<", "<<-"):
            source = redirect.target.source
            redirect.is_raw = any(quote in source for quote in "'\"\\")
            self.awaited.append((redirect, re.sub(r"""['"\\]""", "", source)))
        command.redirects.append(redirect)
        return True

    def _heredocs(self) -> None:
        """Take the texts of the here-documents that the line before announced."""
        for redirect, delimiter in self.awaited:
            lines: list[str] = []
            while self.at < len(self.text):
                end = self._find("\n")
                line = self.text[self.at : end].removesuffix("\r")
                self.at = end + 1
                if redirect.operator == "<<-":
                    line = line.lstrip("\t")
                if line == delimiter:
                    break
                lines.append(line)
            redirect.body = "".join(f"{line}\n" for line in lines)
        self.at = min(self.at, len(self.text))
        self.awaited = []

    def _word(self, depth: int) -> Word:
        """Scan one word; it is at least one letter long."""
        text, begin, end = self.text, self.at, len(self.text)
        parts: list[str | Variable] = []
        is_pattern = False
        while self.at < end:
            letter = text[self.at]
            if plain := _PLAIN.match(text, self.at):
                self.at = plain.end()
                parts.append(plain[0])
            elif letter == "'":
                parts.append(self._single())
            elif letter == '"':
                self.at += 1
                self._double(parts, depth)
            elif letter == "@" and self.is_powershell and (here := self._here_string()) is not None:
                parts.append(here)
            elif letter in "$`":
                self._dollar(parts, depth, quoted=False)
            elif letter == "\\" and not self.is_powershell:
                escaped = text[self.at + 1 : self.at + 2]
                parts.append("" if escaped == "\n" else escaped)
                self.at += 2
            elif letter in "<>" and self.at == begin and text.startswith("(", self.at + 1):
                self.at += 2
                self._group(depth)
                parts.append(Variable())
            elif letter == "(" and _ASSIGNED.fullmatch(text, begin, self.at):
                self._array(depth)
                parts.append(Variable())
            elif letter in " \t\r\n\f\v;&|<>()\0":
                if self.at > begin:
                    break
                self.at += 1
            else:
                is_pattern |= letter in "*?[" or (letter == "{" and self._is_brace())
                parts.append(letter)
                self.at += 1
        self.at = min(self.at, end)
        return Word(tuple(parts), text[begin : self.at], is_pattern)

    def _is_brace(self) -> bool:
        """Whether `{` begins a list such as `{a,b}`."""
        return bool(re.compile(r"\{[^\s{}]{0,200}(?:,|\.\.)[^\s{}]{0,200}\}").match(self.text, self.at))

    def _array(self, depth: int) -> None:
        """Pass over `(…)` of an assignment: its words are no commands."""
        known = len(self.events)
        self.at += 1
        self._group(depth)
        del self.events[known:]

    def _single(self) -> str:
        """Take what is between single quotes."""
        begin = self.at + 1
        end = self._find("'", begin)
        self.at = end + 1
        if not self.is_powershell:
            return self.text[begin:end]
        pieces = [self.text[begin:end]]
        while self.text.startswith("'", self.at):  # doubled: one quote
            end = self._find("'", self.at + 1)
            pieces.append(self.text[self.at : end])
            self.at = end + 1
        return "".join(pieces)

    def _double(self, parts: list[str | Variable], depth: int) -> None:
        """Take what is between double quotes, the first of them passed already."""
        text, end = self.text, len(self.text)
        parts.append("")
        escape = "`" if self.is_powershell else "\\"
        while self.at < end:
            letter = text[self.at]
            if plain := _IN_QUOTES.match(text, self.at):
                self.at = plain.end()
                parts.append(plain[0])
            elif letter == '"':
                self.at += 1
                return
            elif letter == escape:
                escaped = text[self.at + 1 : self.at + 2]
                self.at += 2
                if self.is_powershell:
                    parts.append(_ANSI_LETTERS.get(escaped, escaped))
                elif escaped != "\n":
                    parts.append(escaped if escaped in '$`"\\' else f"\\{escaped}")
            elif letter == "\\":
                parts.append(letter)
                self.at += 1
            else:
                self._dollar(parts, depth, quoted=True)

    def _dollar(self, parts: list[str | Variable], depth: int, *, quoted: bool) -> None:
        """Take what begins with `$` or a backquote."""
        text = self.text
        if text[self.at] == "`":
            if self.is_powershell:
                parts.append(text[self.at + 1 : self.at + 2])
                self.at += 2
                return
            self._backquoted()
            parts.append(Variable())
        elif text.startswith("$((", self.at):
            self.at += 1
            self._arithmetic()
            parts.append(Variable())
        elif text.startswith("$(", self.at):
            self.at += 2
            self._group(depth)
            parts.append(Variable())
        elif text.startswith("${", self.at):
            parts.append(self._braced())
        elif not quoted and text.startswith("$'", self.at):
            parts.append(self._ansi())
        elif name := _NAME.match(text, self.at + 1):
            self.at = name.end()
            parts.append(Variable(name[0]))
        elif text[self.at + 1 : self.at + 2] in ("@", "*", "#", "?", "!", "-", "$"):
            self.at += 2
            parts.append(Variable())
        else:
            parts.append("$")
            self.at += 1

    def _backquoted(self) -> None:
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != "`":
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at += 1

    def _braced(self) -> Variable:
        """Take `${…}`, whose end is the brace that closes it."""
        begin, level = self.at + 2, 0
        while self.at < len(self.text):
            level += {"{": 1, "}": -1}.get(self.text[self.at], 0)
            self.at += 1
            if level == 0 and self.at > begin:
                break
        name = self.text[begin : self.at - 1]
        return Variable(name if _NAME.fullmatch(name) else "")

    def _arithmetic(self) -> None:
        """Pass over `((…))`."""
        level = 0
        while self.at < len(self.text):
            level += {"(": 1, ")": -1}.get(self.text[self.at], 0)
            self.at += 1
            if level == 0:
                break

    def _ansi(self) -> str:
        """Take `$'…'`."""
        self.at += 2
        begin = self.at
        while self.at < len(self.text) and self.text[self.at] != "'":
            self.at += 2 if self.text[self.at] == "\\" else 1
        taken = self.text[begin : self.at]
        self.at += 1
        return unescaped(taken)

    def _here_string(self) -> str | None:
        """Take PowerShell's `@'` … `'@`, which stand on lines of their own."""
        opened = re.compile(r"@(['\"])[ \t]*\r?\n").match(self.text, self.at)
        if not opened:
            return None
        begin = opened.end()
        end = self._find(f"\n{opened[1]}@", begin - 1)
        self.at = end + 3
        return self.text[begin:end].replace("\r\n", "\n").removesuffix("\r")

    def _find(self, what: str, begin: int | None = None) -> int:
        """Return where something comes next, the end where it doesn't."""
        found = self.text.find(what, self.at if begin is None else begin)
        return len(self.text) if found < 0 else found
