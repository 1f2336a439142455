"""Neutral disclosures ("Assisted-by: …") name a tool, a model, or a person; only the first two are evidence."""

import re
from functools import cached_property

from collector.evidence.models import find_model, model_name
from collector.registry import Registry

# Words that may follow a tool's name without making it a person's ("Claude Code", but not "Claude Dupont").
_AFTER = (
    "AI|Agent|App|Assistant|CLI|Chat|Cloud|Code|Coding|Desktop|IDE|Pro|Review|Web|Workspace|Autofix|for|and|with|via"
)
_ANY_AI = re.compile(r"\b(?:AI|LLMs?|coding agent|language model)\b")
_STATED = re.compile(r"\bmodel: *+(?!unknown\b)([^,()]+)", re.IGNORECASE)
_REMARK = re.compile(r"\]\([^)]*\)?|\([^)]*\)?")

Span = tuple[int, int]


class Disclosures:
    """Reads whom a disclosure credits, by the names and aliases that the registry knows."""

    def __init__(self, registry: Registry) -> None:
        """Take the aliases of a registry's tools; where a tool has none, its name is one."""
        self._stems = {
            name.lower(): profile.stem
            for profile in registry.profiles.values()
            if profile.kind == "tool"
            for name in profile.aliases or (profile.name,)
        }

    @cached_property
    def _names(self) -> re.Pattern[str]:
        names = "|".join(re.escape(name) for name in sorted(self._stems, key=len, reverse=True))
        person = rf"\s+(?!(?:{_AFTER})\b)[A-ZÀ-Þ](?![A-Z\d])\w"
        return re.compile(rf"(?<![\w@.-])(?P<name>(?i:{names}))(?![\w@])(?!-\w)(?!{person})")

    def credit(self, words: str, *, whole: bool) -> tuple[str | None, str | None] | None:
        """The tool's stem and the model that the words name, either of them None; None if they name neither.

        With `whole`, the words must begin with the name and hold nothing else but a remark in brackets.
        """
        if "@" in words or "AGENT_NAME" in words or "MODEL_VERSION" in words:
            return None  # a person's address, or the placeholder of a guideline
        model = _model(words)
        rest = words if model is None else _blanked(words, model[1])
        tool = self._names.search(rest)
        spans = [span for span in (tool and tool.span(), model and model[1]) if span]
        if whole and not _stand_alone(words, spans):
            return None
        if not spans and (whole or not _ANY_AI.search(words)):
            return None
        return (self._stems[tool["name"].lower()] if tool else None), (model[0] if model else None)


def _model(words: str) -> tuple[str, Span] | None:
    stated = _STATED.search(words)
    if stated is None:
        return find_model(words)
    known = find_model(stated[1])
    return (known[0] if known else model_name(stated[1])), stated.span()


def _blanked(words: str, span: Span) -> str:
    return words[: span[0]] + " " * (span[1] - span[0]) + words[span[1] :]


def _stand_alone(words: str, spans: list[Span]) -> bool:
    """Say whether the words begin with one of the spans and hold nothing else outside brackets."""
    if not spans or words[: min(spans)[0]].strip(" [*_`\"'"):
        return False
    for span in spans:
        words = _blanked(words, span)
    return not re.search(r"\w", _REMARK.sub("", words))
