"""A commit message → its subject and the lines that can be evidence; the prose itself is never kept.

What is kept, in the order of the message: trailers (`Key: value`, wherever they stand), footers ("Generated with …"),
clauses that say who wrote something ("prose: Elvish written by …"), and facts that later steps need:

    squashed-commits: N         the body lists N commits, as GitHub's or git's own squash does
    cherry-picked-from: <sha>   git's "(cherry picked from commit …)"
    reverts: <sha>              git's "This reverts commit …"

A line that was indented, bulleted or quoted begins with "> ": it may be a copy of somebody else's words. Examples
(fenced, or indented by four) are dropped. No tool's name stands here: judging is done by `collector.evidence`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINES = 200
MAX_LENGTH = 300
MAX_CLAUSE = 120
MAX_WORDS = 8

_VERBS = (
    "Co-authored|Generated|Created|Made|Built|Written|Authored|Implemented|Assisted|Developed|Coded|Drafted|Produced"
)
_LINE = re.compile(
    r"(?P<quote>[ ]{0,3}(?:[>│┃|*+-][ ]+|[>│┃|])*)"
    r"(?P<text>(?P<key>[A-Za-z][\w-]{0,60}(?:[ ](?:by|with|using))?|AI[ ][A-Za-z]+)[ ]?:(?![:/])(?=\s*\S)"
    rf"|[^\w\n]{{0,8}}_?(?:{_VERBS})[ ](?:with|by|using)\b)"
)
_FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[^\n]*$", re.M | re.S)
_SUB_COMMIT = re.compile(r"(?<=\n\n)\* [^\n]+(?=\n\n|\n?\Z)")
_GIT_SQUASH = "Squashed commit of the following:\n"
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{7,64})\)", re.M)
_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{7,64})", re.M)
_CLAUSE_VERBS = ("written", "generated", "authored", "implemented", "coded", "drafted", "produced", "created")
_CLAUSE = re.compile(
    rf"\b(?:{'|'.join(_CLAUSE_VERBS)})\s+(?:\w+ly\s+)?(?:by|with|using)\s+"
    r"(?:the\s+)?(?:(?:help|assistance)\s+(?:of|from)\s+)?[A-Z]"
)
_CLAUSE_END = re.compile(r"[.,;:!?)](?=\s|$)|\n\s*\n|\Z")
_CLAUSE_START = re.compile(r"[.,;:!?(](?=\s)|\(|\n\s*\n|\n\s*[-*+>] ")
# A conventional commit's type is no trailer, nor is a turn of a pasted conversation; the keys of our own facts can't be
# claimed by a message.
_NO_TRAILER = re.compile(
    r"feat|fix|docs?|chore|refactor|tests?|style|ci|build|perf|revert|wip|https?|note|todo"
    r"|user|assistant|system|human|prompt|question|answer"
    r"|squashed-commits|cherry-picked-from|reverts|prose",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is kept of a commit message."""

    subject: str
    markers: tuple[str, ...]


def read_message(body: str) -> Message:
    """Split a full commit message into its subject and the lines that can be evidence."""
    text = _normalised(body)
    subject, _, rest = text.partition("\n")
    if not rest:
        return Message(subject=subject.strip(), markers=())
    return Message(subject=subject.strip(), markers=tuple(dict.fromkeys(_markers(rest)))[:MAX_LINES])


def _normalised(body: str) -> str:
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    body = body.strip("\n \t")
    if "\n" not in body and "\\n" in body:  # a script wrote the escape instead of the newline
        body = body.replace("\\r", "").replace("\\n", "\n").strip()
    return body


def _markers(rest: str) -> Iterator[str]:
    if "```" in rest or "~~~" in rest:
        rest = _FENCE.sub("", rest)
    if "\n* " in rest or rest.startswith("* ") or _GIT_SQUASH in rest:
        rest, squashed = _unsquashed("\n" + rest)
        if squashed >= 2:
            yield f"squashed-commits: {squashed}"
    for line in rest.split("\n"):
        # every marker has one of these, few lines of prose do: the pattern is not tried in vain
        if (":" in line or " with " in line or " by " in line or " using " in line) and (found := _LINE.match(line)):
            marker = _marker(line, found)
            if marker:
                yield marker
    yield from _facts(rest)
    yield from _clauses(rest)


def _marker(line: str, found: re.Match[str]) -> str | None:
    text, quoted = line[found.start("text") :].strip(), found["quote"]
    if key := found["key"]:
        if _NO_TRAILER.fullmatch(key):
            return None
        # A plain word before a colon may begin a sentence ("Reason: …", "USER: …"), and sentences are not ours to keep.
        if key.isalpha() and (quoted or text.count(" ") > MAX_WORDS):
            return None
    return ("> " if quoted else "") + text[:MAX_LENGTH]


def _unsquashed(rest: str) -> tuple[str, int]:
    """The body with the messages that git's own squash indents moved back to the margin, and the commits it lists."""
    if _GIT_SQUASH in rest:
        return rest.replace("\n    ", "\n"), len(re.findall(r"^commit [0-9a-f]{40,64}$", rest, re.M))
    return rest, len(_SUB_COMMIT.findall(rest)) if "\n* " in rest else 0


def _facts(rest: str) -> Iterator[str]:
    if "cherry picked" in rest:
        yield from (f"cherry-picked-from: {sha}" for sha in _PICKED.findall(rest))
    if "This reverts" in rest:
        yield from (f"reverts: {sha}" for sha in _REVERTS.findall(rest))


def _clauses(rest: str) -> Iterator[str]:
    for verb in _CLAUSE_VERBS:
        if verb in rest:
            break
    else:
        return  # nearly every message, so this is no generator expression
    for found in _CLAUSE.finditer(rest):
        line_start = rest.rfind("\n", 0, found.start()) + 1
        if rest[line_start : line_start + 4].strip(" ") == "" or rest[line_start] in "\t>│":
            continue  # an example or a quotation
        start = line_start if _LINE.match(rest, line_start) else 0
        for boundary in _CLAUSE_START.finditer(rest, start, found.start()):
            start = boundary.end()
        end = _CLAUSE_END.search(rest, found.end())
        clause = " ".join(rest[start : end.start() if end else len(rest)].split())
        if 0 < len(clause) <= MAX_CLAUSE:
            yield f"prose: {clause}"


_MERGES = tuple(
    re.compile(pattern)
    for pattern in (
        r"Merge pull request #\d+ from [^\s/]+/(?P<branch>\S+)",  # GitHub: owner/branch
        r"Merge pull request \d+ from (?P<branch>\S+) into ",  # Azure DevOps
        r"Merge pull request '.*' \(#\d+\) from (?:[^\s:]+:)?(?P<branch>\S+) into ",  # Forgejo, Gitea
        r"Merge remote-tracking branch(?:es)? ['\"][^/'\"]+/(?P<branch>[^'\"]+)['\"]",  # git: remote/branch
        r"Merge branch(?:es)? ['\"](?P<branch>[^'\"]+)['\"]",  # git, GitLab
        r"Merged in (?P<branch>\S+) \(pull request #\d+\)",  # Bitbucket
        r"Merged PR \d+: Merge (?:branch )?['\"]?(?P<branch>[^\s'\"]+)['\"]? (?:in)?to ",  # Azure's default title
    )
)


def merged_branch(subject: str) -> str | None:
    """Name the branch that a merge's subject says was merged, without the fork's owner or the remote's name."""
    if not subject.startswith("Merge"):
        return None
    for pattern in _MERGES:
        if found := pattern.match(subject):
            return found["branch"]
    return None
