"""tools/*.toml → `Registry`: what each AI tool leaves in a commit. A bad file is refused by name and line.

A file's stem is the tool's name everywhere; files that begin with `_` are no tools (`_automation` and `_human` hold
markers of bots and of disclosed human work, `_instruments` the defaults that changed, `_template` is to be copied).
A user's folder lies over the built-in one: the same stem replaces a file, a new stem adds one.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as each
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

from collector.errors import ToolProfileError
from collector.records import Level, Trust

BUILT_IN = Path(__file__).parent / "tools"
VERSION = "1"
"""Raised when the same files would be understood differently, so that stored commits are judged again."""

ANY_MODEL = "any"

Field = Literal["identity", "author-name", "committer-name", "trailer", "footer", "subject", "branch", "prose", "notes"]
Role = Literal["author", "committer", "co-author"]
Kind = Literal["tool", "unnamed", "human", "automation"]


@cache
def _regex(pattern: str, case_sensitive: bool) -> re.Pattern[str]:
    return re.compile(pattern, 0 if case_sensitive else re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """One trace that a tool leaves, and what it proves."""

    tool: str
    id: str
    field: Field
    pattern: str = ""
    """Searched in the identity, the trailer's value, or the line; case is ignored unless `case_sensitive`."""
    key: tuple[str, ...] = ()
    """Of a trailer: its key, `_` and space meaning `-`."""
    level: Level
    levels: Mapping[str, Level] = each(default_factory=dict)
    """Of an identity: the level per role (author, committer, co-author) where it differs."""
    level_if_author: Mapping[str, Level] = each(default_factory=dict)
    """The level where another tool's identity is the author."""
    trust: Trust = "declared"
    scope: Literal["commit", "lines", "message"] = "commit"
    github_ids: tuple[int, ...] = ()
    """Account numbers in `ID+login@users.noreply.github.com`; they outlive a renamed login and outrank it."""
    model: str | None = None
    """`any` (whatever known model the words name), a pattern whose group `model` reads it, or a fixed name."""
    model_key: str | None = None
    """Another trailer of the same message that names the model."""
    names_tool: bool = False
    """A neutral disclosure: credited to the tool or model that its words name, and to nobody if they name none."""
    says_ai: bool = False
    """With `names_tool`: the disclosure counts although no known name stands in it."""
    case_sensitive: bool = False
    since: date | None = None
    until: date | None = None
    since_note: str = ""
    default_on: bool = False
    off_switch: str = ""
    source: str
    notes: str = ""
    shared_with: tuple[str, ...] = ()
    """Rules that are meant to hit this marker's `matches` too."""
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    models: Mapping[str, str] = each(default_factory=dict)
    """Further matches, each with the model that is read from it."""
    defined_in: str = ""
    """File and line, for whoever asks why."""

    @property
    def rule(self) -> str:
        """The stable id that evidence carries: `<tool>/<marker>`."""
        return f"{self.tool}/{self.id}"

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed."""
        return _regex(self.pattern or r"\S", self.case_sensitive)

    @property
    def model_regex(self) -> re.Pattern[str] | None:
        """The model's pattern, or None where the marker has a fixed name or none."""
        return _regex(self.model, False) if self.model and "(?P<model>" in self.model else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A default that a tool changed at a date: a step in a chart that may be the evidence and not the work."""

    id: str
    tool: str
    at: date
    until: date | None = None
    version: str = ""
    what: str
    effect: Literal["more", "less", "other"]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeeping:
    """How long a tool keeps its own logs, and what changes that."""

    kept_days: int
    """Days after its last change for which a log is kept, by default."""
    setting: str
    """The key that changes it, its parts joined by dots."""
    file: str
    """The tool's JSON settings, below the home folder."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolProfile:
    """One file: a tool, how it is shown and named, and its markers."""

    stem: str
    name: str
    homepage: str = ""
    color: str = ""
    kind: Kind = "tool"
    aliases: tuple[str, ...] = ()
    note: str = ""
    logs: LogKeeping | None = None
    """None for a tool that deletes no log by itself, as far as is known."""
    markers: tuple[Marker, ...] = ()
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All that is known of tools: profiles by stem, and the instrument changes in order of time."""

    profiles: Mapping[str, ToolProfile]
    instruments: tuple[Instrument, ...]
    digest: str
    """Changes whenever a rule file does; stored with a run, so that commits are judged again."""
    version: str = VERSION

    @property
    def tools(self) -> tuple[ToolProfile, ...]:
        """The AI tools, by stem; neither bots nor disclosures of human work."""
        return tuple(p for _, p in sorted(self.profiles.items()) if p.kind in ("tool", "unnamed"))

    @property
    def markers(self) -> Iterator[Marker]:
        """Every marker of every file."""
        for profile in self.profiles.values():
            yield from profile.markers

    def marker(self, rule: str) -> Marker | None:
        """The marker that a rule id names, or None where the rule is gone."""
        stem, _, marker_id = rule.partition("/")
        found = [p for p in self.profiles.values() if _prefix(p.stem) == stem]
        return next((m for p in found for m in p.markers if m.id == marker_id), None)


def load_registry(user_folder: Path | None = None, *, prove: bool = False) -> Registry:
    """Read the built-in files and a user's folder over them.

    The user's `matches` and `rejects` are always run; those of the built-in files only with `prove` (the tests do).
    """
    built_in = {path.stem: path for path in BUILT_IN.glob("*.toml")}
    own = {path.stem: path for path in user_folder.glob("*.toml")} if user_folder and user_folder.is_dir() else {}
    profiles: dict[str, ToolProfile] = {}
    instruments: list[Instrument] = []
    digest = hashlib.sha256(VERSION.encode())
    for stem, path in sorted({**built_in, **own}.items()):
        if stem == "_template":
            continue
        text = _text(path)
        digest.update(f"{stem}\0{text}\0".encode())
        if stem == "_instruments":
            instruments += _FileReader(path, text).instruments()
            continue
        profiles[stem] = _FileReader(path, text, check=prove or stem in own).profile()
    instruments.sort(key=lambda change: (change.at, change.id))
    return Registry(profiles=profiles, instruments=tuple(instruments), digest=digest.hexdigest()[:16])


def _prefix(stem: str) -> str:
    return stem.lstrip("_")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolProfileError(f"{path}:1: cannot be read ({error}); save it as UTF-8 text") from error


_TOP_KEYS = {f.name for f in fields(ToolProfile)} - {"stem", "markers", "path"} | {"marker"}
_MARKER_KEYS = {f.name for f in fields(Marker)} - {"tool", "defined_in"}
_INSTRUMENT_KEYS = {f.name for f in fields(Instrument)}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "field": get_args(Field),
    "level": get_args(Level),
    "trust": get_args(Trust),
    "scope": ("commit", "lines", "message"),
    "kind": get_args(Kind),
    "effect": ("more", "less", "other"),
}
_LISTS = frozenset({"matches", "rejects", "aliases", "shared_with", "key", "github_ids"})
# The stems without the underscore would take the rule ids of our own tables.
_STEM = re.compile(r"(?!(?:automation|human|template|instruments)$)[a-z0-9][a-z0-9-]*|_(?:automation|human)")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_LEVEL_MAPS = frozenset({"levels", "level_if_author"})
_BOOLEANS = frozenset({"default_on", "case_sensitive", "names_tool", "says_ai"})
_DATES = frozenset({"since", "until", "at"})
_TABLES = _LEVEL_MAPS | {"models"}


class _FileReader:
    """Reads one file; every complaint names the line it is about."""

    def __init__(self, path: Path, text: str, *, check: bool = False) -> None:
        self.path, self.lines, self.check = path, text.splitlines(), check
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            raise ToolProfileError(f"{path}:{line[1] if line else 1}: {error}; mend the TOML") from error

    def profile(self) -> ToolProfile:
        if not _STEM.fullmatch(self.path.stem):
            self._fail("a tool is named by its file: lower case, digits and hyphens only; rename it", 0)
        self._known(self.data, _TOP_KEYS, 0)
        markers = tuple(self._marker(table, head) for table, head in self._tables("marker"))
        seen: set[str] = set()
        for marker, (_, head) in zip(markers, self._tables("marker"), strict=True):
            if marker.id in seen:
                self._fail(f"id {marker.id!r} is used twice; give each marker its own", head, "id")
            seen.add(marker.id)
            if self.check:
                self._prove(marker, head)
        if not markers and not self.data.get("note"):
            self._fail("no [[marker]]; add one, or a note that says why there is none", 0)
        self._required(self.data, ("name",), 0)
        top = {key: self._value(key, value, 0) for key, value in self.data.items() if key not in ("marker", "logs")}
        if not re.fullmatch(r"(#[0-9A-Fa-f]{6})?", top.get("color", "")):
            self._fail('`color` must be of the form "#RRGGBB"', 0, "color")
        return ToolProfile(stem=self.path.stem, markers=markers, path=self.path, logs=self._logs(), **top)

    def _logs(self) -> LogKeeping | None:
        table = self.data.get("logs")
        if table is None:
            return None
        names = {f.name: f.type for f in fields(LogKeeping)}
        if not isinstance(table, dict) or table.keys() != names.keys():
            self._fail(f"[logs] must have exactly {', '.join(names)}", 0, "logs")
        for name, value in table.items():
            if type(value) is not (int if name == "kept_days" else str):
                self._fail(f"`{name}` of [logs] is of the wrong type", 0, name)
        return LogKeeping(**table)

    def instruments(self) -> list[Instrument]:
        self._known(self.data, {"instrument"}, 0)
        found = []
        for table, head in self._tables("instrument"):
            self._known(table, _INSTRUMENT_KEYS, head)
            self._required(table, ("id", "tool", "at", "what", "effect", "source"), head)
            found.append(Instrument(**{key: self._value(key, value, head) for key, value in table.items()}))
        return found

    def _marker(self, table: dict[str, Any], head: int) -> Marker:
        self._known(table, _MARKER_KEYS, head)
        needed = ["id", "field", "level", "source", "rejects"]
        needed += ["key"] if table.get("field") == "trailer" else []
        needed += ["matches"] if not table.get("models") else []
        needed += ["pattern"] if not table.get("key") else []
        self._required(table, needed, head)
        values = {key: self._value(key, value, head) for key, value in table.items()}
        if not _ID.fullmatch(values["id"]):
            self._fail("`id` must be lower case, digits and hyphens; it stands in every evidence", head, "id")
        for name in ("pattern", "model") if self.check else ():  # compiling all of them would slow every start
            self._compiles(values.get(name) or "", name, head)
        shown = f"collector/tools/{self.path.name}" if self.path.parent == BUILT_IN else str(self.path)
        return Marker(tool=_prefix(self.path.stem), defined_in=f"{shown}:{head}", **values)

    def _prove(self, marker: Marker, head: int) -> None:
        for text in (*marker.matches, *marker.models):
            if not marker_matches(marker, text):
                self._fail(f"`matches` has {text!r}, which the pattern misses; mend one of them", head, "matches")
        for text in marker.rejects:
            if marker_matches(marker, text):
                self._fail(f"`rejects` has {text!r}, which the pattern hits; tighten it", head, "rejects")

    def _tables(self, name: str) -> list[tuple[dict[str, Any], int]]:
        """The tables of a name, each with the line of its head."""
        tables = self.data.get(name, [])
        heads = [at for at, line in enumerate(self.lines, 1) if line.strip().startswith(f"[[{name}]]")]
        if not isinstance(tables, list) or len(tables) != len(heads):
            self._fail(f"{name} must be a list of tables; write [[{name}]] on a line of its own", 0, name)
        return list(zip(tables, heads, strict=True))

    def _known(self, table: dict[str, Any], known: set[str], head: int) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1, 0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
                self._fail(f"unknown key {key!r}; {hint}", head, key)

    def _required(self, table: dict[str, Any], names: Iterable[str], head: int) -> None:
        for name in names:
            if name not in table:
                self._fail(f"`{name}` is missing; add it", head)
            if table[name] in ("", []):
                self._fail(f"`{name}` is empty; fill it in", head, name)

    def _compiles(self, pattern: str, name: str, head: int) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            self._fail(f"`{name}` is no regular expression: {error}; mend it", head, name)

    def _value(self, key: str, value: Any, head: int) -> Any:
        if key in _CHOICES:
            return self._choice(key, value, _CHOICES[key], head)
        if key in _LISTS:
            return self._list(key, value, head)
        if key in _TABLES:
            return self._table(key, value, head)
        wanted = bool if key in _BOOLEANS else date if key in _DATES else str
        if not isinstance(value, wanted):
            self._fail(f"`{key}` must be a {wanted.__name__}, not {value!r}", head, key)
        return value

    def _choice(self, key: str, value: Any, choices: tuple[str, ...], head: int) -> str:
        if not isinstance(value, str) or value not in choices:
            near = difflib.get_close_matches(str(value), choices, 1, 0.4)
            hint = f"did you mean {near[0]!r}? " if near else ""
            self._fail(f"`{key}` cannot be {value!r}; {hint}choose from {', '.join(choices)}", head, key)
        return str(value)

    def _list(self, key: str, value: Any, head: int) -> tuple[Any, ...]:
        values = [value] if key == "key" and isinstance(value, str) else value
        wanted = int if key == "github_ids" else str
        if not isinstance(values, list) or not all(isinstance(item, wanted) for item in values):
            self._fail(f"`{key}` must be a list of {wanted.__name__}", head, key)
        return tuple(values)

    def _table(self, key: str, value: Any, head: int) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            self._fail(f"`{key}` must be a table of strings", head, key)
        for role in value if key == "levels" else ():
            self._choice(key, role, get_args(Role), head)
        if key in _LEVEL_MAPS:
            return {name: self._choice(key, level, get_args(Level), head) for name, level in value.items()}
        return dict(value)

    def _fail(self, reason: str, head: int, key: str = "") -> NoReturn:
        """Refuse the file: at the key's line inside the table that begins at `head`, else at the head."""
        at = max(head, 1)
        for number, line in enumerate(self.lines[head:], head + 1):
            if not key or line.startswith("[["):
                break
            if re.match(rf"[\s\[]*(?:marker\.)?{re.escape(key)}\b", line):
                at = number
                break
        raise ToolProfileError(f"{self.path}:{at}: {reason}")


def marker_matches(marker: Marker, text: str) -> bool:
    """Say whether one marker's own pattern hits a text that stands in its field (a whole line for a trailer)."""
    if marker.field == "trailer":
        key, colon, value = text.partition(":")
        if not colon or not has_key(marker, key):
            return False
        return bool(marker.regex.search(value.strip()))
    if marker.github_ids and (number := re.search(r"<(\d+)\+", text)) and int(number[1]) in marker.github_ids:
        return True
    return bool(marker.regex.search(text))


def has_key(marker: Marker, key: str) -> bool:
    """Say whether a trailer's key is the marker's; case counts only where the marker says so."""
    if marker.case_sensitive:
        return key.strip() in marker.key
    return plain_key(key) in {plain_key(known) for known in marker.key}


def plain_key(key: str) -> str:
    """A trailer's key as people vary it: lower case, `-` for `_` and space."""
    return key.strip().lower().replace("_", "-").replace(" ", "-")
