"""The rule set in force, as rows: which tools there are, their markers, and when their defaults changed."""

from dataclasses import dataclass
from datetime import date

from collector.records import Level, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRow:
    """A tool that the rule set knows."""

    tool: str
    name: str
    homepage: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A marker, and the place that defines it."""

    rule: str
    tool: str | None
    field: str
    trust: Trust
    level: Level
    since: str | None
    off_switch: str | None
    source: str
    defined_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentRow:
    """A default that a tool switched on or off, which changes what can be seen of it from then on."""

    tool: str
    changed_on: date
    rule: str | None
    what: str
    source: str
