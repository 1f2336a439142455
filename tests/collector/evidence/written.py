"""Histories and sessions for the tests of matching, written as texts and handed over as hashes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher

from collector.evidence.matching import Matches, match
from collector.fingerprints import Fingerprints, is_distinctive
from collector.records import AddedLines, Claim, Commit, Edit, Operation, Outcome
from collector.sources.logs.changes import replaced, split

PRINTS = Fingerprints(b"a key for the tests of matching")
BLANK = PRINTS.lines([""]).squeezed[0]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def edit(
    minutes: float,
    path: str = "a.py",
    new: str = "",
    *,
    old: str = "",
    session: str = "s1",
    tool: str = "claude-code",
    operation: Operation = "update",
    outcome: Outcome = "done",
    moved_from: str | None = None,
    model: str | None = "opus",
    name: str = "",
) -> Edit:
    hashes = PRINTS.lines(replaced(old, new))
    return Edit(
        tool=tool,
        session=session,
        id=name or f"{minutes}:{path}:{len(new)}",
        at=at(minutes),
        path=path,
        directory=None,
        operation=operation,
        outcome=outcome,
        model=model,
        moved_from=moved_from,
        exact=hashes.exact,
        trimmed=hashes.trimmed,
        squeezed=hashes.squeezed,
        place=f"line {minutes:g}",
    )


class Story:
    """A history under construction: every commit says what the files hold after it."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self.added: list[AddedLines] = []
        self.texts: dict[tuple[str, str, int], str] = {}
        """Every line that was added, by commit, path and number."""
        self._trees: dict[str, dict[str, str]] = {}

    def commit(
        self,
        sha: str,
        minutes: float,
        files: Mapping[str, str | None],
        *,
        parent: str | None = "last",
        aside: bool = False,
        renames: Mapping[str, str] | None = None,
        patch_id: str | None = None,
    ) -> None:
        """Add a commit, on the last one of the default branch unless told; `renames` is old name by new name."""
        if parent == "last":
            parent = next((one.sha for one in reversed(self.commits) if one.on_default_branch), None)
        before = self._trees.get(parent or "", {})
        for path, text in files.items():
            old_path = (renames or {}).get(path)
            if text is not None:
                self._add(sha, path, old_path, before.get(old_path or path, ""), text)
        gone = {path for path, text in files.items() if text is None} | set((renames or {}).values())
        kept = {path: text for path, text in before.items() if path not in gone}
        self._trees[sha] = kept | {path: text for path, text in files.items() if text is not None}
        self.commits.append(
            Commit(
                repo="r",
                sha=sha,
                parents=(parent,) if parent else (),
                author_name="Ada",
                author_email="ada@example.org",
                committer_name="Ada",
                committer_email="ada@example.org",
                authored_at=at(minutes),
                committed_at=at(minutes),
                subject="",
                message_markers=(),
                is_merge=False,
                on_default_branch=not aside,
                patch_id=patch_id,
            )
        )

    def _add(self, sha: str, path: str, old_path: str | None, old: str, new: str) -> None:
        was, now = split(old), split(new)
        blocks = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        numbers = [
            line for kind, _, _, low, high in blocks if kind in ("insert", "replace") for line in range(low, high)
        ]
        texts = [now[number] for number in numbers]
        hashes = PRINTS.lines(texts)
        self.texts.update({(sha, path, number + 1): text for number, text in zip(numbers, texts, strict=True)})
        self.added.append(
            AddedLines(
                repo="r", sha=sha, path=path, old_path=old_path, numbers=tuple(number + 1 for number in numbers),
                exact=hashes.exact, trimmed=hashes.trimmed, squeezed=hashes.squeezed,
                distinctive=tuple(map(is_distinctive, texts)),
            )
        )  # fmt: skip

    def match(self, *edits: Edit) -> Matches:
        return match(self.commits, self.added, edits, blank=BLANK)

    def claimed(self, edits: Sequence[Edit], *, session: str | None = None) -> dict[str, list[str]]:
        """By commit the text of the lines that were claimed (for one session)."""
        claims = [claim for claim in self.match(*edits).claims if session in (None, claim.session)]
        return told(self, claims)


def told(story: Story, claims: Sequence[Claim]) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for claim in claims:
        numbers = range(claim.start, claim.end + 1)
        lines.setdefault(claim.sha, []).extend(story.texts[claim.sha, claim.path, number] for number in numbers)
    return lines
