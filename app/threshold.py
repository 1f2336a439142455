"""`--fail-on`: a test on a share that ends the command with exit code 1, for builds that guard a bound."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from app.asking import Report
from app.options import nearest
from app.output import message
from collector.errors import SettingsError

FIGURES = ("low", "best", "high", "coverage", "in_ai_commits")
_TEST = re.compile(r"\s*(\w+)\s*(<=|>=|<|>)\s*(\d*\.?\d+)\s*(%?)\s*")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A figure of the whole selection, in the first weight that is shown, and what it is compared with."""

    figure: str
    compare: str
    limit: float

    @classmethod
    def parse(cls, text: str) -> "Threshold":
        """Read `low<0.2` or `low<20%`.

        Raises:
            SettingsError: it is none, or the figure is not known.
        """
        found = _TEST.fullmatch(text)
        if not found:
            raise SettingsError(f'--fail-on {text!r}: write a figure, <, <=, > or >=, and a share, as "low<0.2"')
        if found[1] not in FIGURES:
            raise SettingsError(f"--fail-on {text!r}: {found[1]!r} is not known{nearest(found[1], FIGURES)}")
        limit = float(found[3]) / (100 if found[4] else 1)
        if limit > 1:
            raise SettingsError(f"--fail-on {text!r}: a share lies between 0 and 1; write 0.2 or 20%")
        return cls(figure=found[1], compare=found[2], limit=limit)

    def is_crossed(self, report: Report) -> bool:
        """Whether the whole selection's share is so; said on stderr.

        Raises:
            SettingsError: there is no such figure, so that nothing can be guarded.
        """
        weight = report.weights[0]
        value = getattr(report.overviews[weight].whole.triple, self.figure)
        if value is None:
            raise SettingsError(f"--fail-on: there is no {self.figure} of {weight} in this selection to compare")
        crossed = _COMPARE[self.compare](value, self.limit)
        if crossed:
            message(
                f"barograph: threshold crossed: {self.figure} of {weight} is {value:.3f}, {self.compare} {self.limit:g}"
            )
        return crossed
