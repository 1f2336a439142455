"""Neutral disclosures ("Assisted-by: …") name a tool, a model, or a person; only the first two are evidence."""

import re
from functools import cached_property

from collector.evidence.models import find_model
from collector.registry import Registry

# Words that may follow a tool's name without making it a person's ("Claude Code", but not "Claude Dupont").
_AFTER = "AI|Agent|App|Assistant|CLI|Chat|Cloud|Code|Coding|Desktop|IDE|Pro|Review|Web|Workspace|Autofix|for|and|with|via"
_ANY_AI = re.compile(r"\b(?:AI|LLMs?|coding agent|language model)\b")


class Disclosures:
    """Reads whom a disclosure credits, by the names and aliases that the registry knows."""

    def __init__(self, registry: Registry) -> None:
        self._stems = {
            name.lower(): profile.stem
            for profile in registry.profiles.values()
            if profile.kind == "tool"
            for name in (profile.stem, profile.name, *profile.aliases)
            if name in profile.aliases or (name == profile.name and not profile.aliases)
        }

    @cached_property
    def _names(self) -> re.Pattern[str]:
        names = "|".join(re.escape(name) for name in sorted(self._stems, key=len, reverse=True))
        return re.compile(
            rf"(?<![\w@.-])(?P<name>(?i:{names}))(?![\w@])(?!-\w)(?!\s+(?!(?:{_AFTER})\b)[A-Z][a-z])"
        )

    def credit(self, words: str, *, whole: bool) -> tuple[str | None, str | None] | None:
        """The tool's stem and the model that the words name, either of them None; None if they name neither.

        With `whole`, the words must begin with the name and hold nothing else but a remark in brackets.
        """
        if "@" in words or "AGENT_NAME" in words or "MODEL_VERSION" in words:
            return None  # a person's address, or the placeholder of a guideline
        model = find_model(words)
        rest = words if model is None else words[: model[1][0]] + " " * (model[1][1] - model[1][0]) + words[model[1][1] :]
        tool = self._names.search(rest)
        if whole and not self._only(words, model[1] if model else None, tool.span() if tool else None):
            return None
        if tool is None and model is None and not (not whole and _ANY_AI.search(words)):
            return None
        return (self._stems[tool["name"].lower()] if tool else None), (model[0] if model else None)

    @staticmethod
    def _only(words: str, model: tuple[int, int] | None, tool: tuple[int, int] | None) -> bool:
        spans = [span for span in (tool, model) if span]
        if not spans or words[: min(spans)[0]].strip(" [*_`\"'"):
            return False
        rest = words[min(spans)[1] :]
        rest = re.sub(r"\]\([^)]*\)?|\([^)]*\)?", "", rest)
        return not re.search(r"\w", rest) or bool(model and tool and not re.search(r"\w", rest.replace(words[slice(*model)], "")))
