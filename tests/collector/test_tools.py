"""Every marker of every tool: its matches, its rejects, and all other tools' matches against it."""

import re
from datetime import UTC, datetime

import pytest

from collector.evidence.keywords import keywords
from collector.evidence.markers import Detector
from collector.records import Commit
from collector.registry import Marker, load_registry, marker_matches

REGISTRY = load_registry(prove=True)
DETECTOR = Detector(REGISTRY)
MARKERS = {marker.rule: marker for marker in REGISTRY.markers}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
JO = "Jo Doe <jo@doe.example>"


def parted(identity: str) -> tuple[str, str]:
    name, _, email = identity.partition("<")
    return name.strip(), email.strip(" >)")


def commit(author: str = JO, *lines: str, committer: str = JO, subject: str = "Fix it") -> Commit:
    (name, email), (by_name, by_email) = parted(author), parted(committer)
    return Commit(
        repo="r",
        sha="0" * 40,
        parents=(),
        author_name=name,
        author_email=email,
        committer_name=by_name,
        committer_email=by_email,
        authored_at=NOW,
        committed_at=NOW,
        subject=subject,
        message_markers=lines,
        is_merge=False,
    )


def shown(marker: Marker, text: str) -> Commit | None:
    """A commit that carries a text where the marker looks for it; None where no commit carries it."""
    if marker.level == "automation":
        return commit(text)
    carriers = {
        "identity": commit(JO, f"Co-authored-by: {text}"),
        "author-name": commit(f"{text} <jo@doe.example>"),
        "committer-name": commit(committer=f"{text} <jo@doe.example>"),
        "trailer": commit(JO, text),
        "footer": commit(JO, text),
        "prose": commit(JO, f"prose: {text}"),
        "subject": commit(subject=text),
    }
    return carriers.get(marker.field)


@pytest.mark.parametrize("rule", MARKERS)
def test_matches_hit_their_marker_and_no_other(rule: str) -> None:
    marker = MARKERS[rule]
    for text in (*marker.matches, *marker.models):
        where = shown(marker, text)
        if where is None:
            assert marker_matches(marker, text)
            continue
        rules = {evidence.rule for evidence in DETECTOR.commit(where, NOW)}
        assert rule in rules, text
        assert rules - {rule} <= set(marker.shared_with), text


@pytest.mark.parametrize("rule", MARKERS)
def test_models_are_read(rule: str) -> None:
    marker = MARKERS[rule]
    for text, model in marker.models.items():
        where = shown(marker, text)
        assert where is not None
        assert model in {evidence.model for evidence in DETECTOR.commit(where, NOW) if evidence.rule == rule}, text


@pytest.mark.parametrize("rule", MARKERS)
def test_rejects_miss_their_marker(rule: str) -> None:
    marker = MARKERS[rule]
    assert marker.rejects
    for text in marker.rejects:
        where = shown(marker, text)
        rules = {evidence.rule for evidence in DETECTOR.commit(where, NOW)} if where else set()
        assert rule not in rules, text
        assert not marker_matches(marker, text), text


@pytest.mark.parametrize("rule", [rule for rule, marker in MARKERS.items() if not marker.names_tool])
def test_no_pattern_hits_another_tools_words(rule: str) -> None:
    marker = MARKERS[rule]
    for other in MARKERS.values():
        if other.tool == marker.tool or other.field != marker.field or rule in other.shared_with:
            continue
        assert not any(marker_matches(marker, text) for text in (*other.matches, *other.models)), other.rule


@pytest.mark.parametrize("rule", [rule for rule, marker in MARKERS.items() if marker.field == "identity"])
def test_keywords_stand_in_every_match(rule: str) -> None:
    marker = MARKERS[rule]
    words = keywords(marker.pattern)
    assert words, "a pattern without a plain word slows every identity down"
    for text in (*marker.matches, *marker.models):
        if re.search(marker.pattern, text, re.IGNORECASE):
            assert any(word in text.lower() for word in words)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("abc|defg", ("abc", "defg")),
        (r"x(abc)?\.def", (".def",)),
        (r"abcd?", ("abc",)),
        (r"abcd*e", ("abc",)),
        (r"abcd{0,3}", ("abc",)),
        (r"\d{15,}$", None),
        (r"ab|cdef", None),
        (r"[abc]+", None),
        (r"\bab\.c\b", ("ab.c",)),
        (r"(?<![\w)]x)abc", ("abc",)),
        (r"(?P<n>a|b)longer", ("longer",)),
        ("(?x) abc def", None),
    ],
)
def test_keywords_of_a_pattern(pattern: str, words: tuple[str, ...] | None) -> None:
    assert keywords(pattern) == words


# What each marker of the catalogue of tools' traces is here: rule → level ("?" where it is a hint only).
CATALOGUE = """
claude-code/email agent · claude-code/email-variant agent · claude-code/footer agent · claude-code/session agent
claude-code/bot autonomous · claude-code/branch autonomous? · codex/email agent · codex/app autonomous
codex/branch autonomous? · codex/footer agent · copilot-agent/author autonomous · copilot-agent/session-log autonomous
copilot-agent/branch autonomous? · copilot-cli/co-author agent · copilot-cli/session agent · copilot/review suggestion
copilot/autofix suggestion · copilot/vscode assisted? · cursor/email agent · cursor/made-with agent
cursor/footer agent · cursor/bot autonomous · cursor/branch autonomous? · devin/bot autonomous · devin/cli agent
devin/branch autonomous? · jules/bot autonomous · jules/branch autonomous? · openhands/email agent
openhands/branch autonomous? · sweep/bot autonomous · codegen/bot autonomous · replit/author autonomous
replit/session autonomous · replit/checkpoint autonomous · replit/identity autonomous · lovable/bot autonomous
v0/bot autonomous · bolt/bot autonomous? · factory-droid/bot agent · kiro/agent autonomous · amazon-q/bot autonomous
junie/email agent · blackbox/email autonomous · roo/bot autonomous · cline/agent agent · kilo/agent agent?
opencode/email agent · opencode/footer agent · crush/email agent · crush/assisted-by agent · crush/footer agent
amp/email agent · amp/thread agent · warp/email agent · goose/email assisted · gemini/review suggestion
gemini-cli/email agent · antigravity/name agent · qwen/email agent · kimi/email agent · kimi/local agent?
mistral-vibe/email agent · mistral-vibe/footer agent · letta/email agent · letta/footer agent · continue/email agent
continue/footer agent · augment/email agent · augment/agent-id agent · aider/author agent · aider/committer message
aider/co-author agent · aider/subject agent? · swe-agent/bot autonomous · windsurf/email agent · sculptor/email agent
nori/footer agent · vibe-kanban/email agent · sisyphus/email agent · ruflo/email agent · mentat/bot autonomous
pullfrog/bot autonomous · sentry/bot autonomous · coderabbit/bot suggestion · ellipsis/bot suggestion
cubic/bot suggestion · greptile/bot suggestion · sourcery/bot suggestion · graphite/bot suggestion
qodo/bot suggestion · deepsource/bot suggestion · adal/email agent · commandcode/email agent · craft/email agent
pi/email agent · genie/email agent · sageox/email agent · codesmith/email agent · unnamed/assisted-by assisted
unnamed/generated-by assisted · unnamed/message-by message · unnamed/ai-origin assisted · entire/checkpoint assisted
git-ai/notes agent · agitrack/session-times agent · agitrack/session-name agent? · human/ai-origin human
"""


@pytest.mark.parametrize("entry", [entry.strip() for entry in re.split(r"[·\n]", CATALOGUE) if entry.strip()])
def test_the_catalogue_is_entered(entry: str) -> None:
    rule, level = entry.split()
    marker = MARKERS[rule]
    assert marker.level + ("?" if marker.trust == "hinted" else "") == level
    assert marker.source


def test_every_tool_can_be_shown_and_told_apart() -> None:
    tools = [profile for profile in REGISTRY.tools if profile.kind == "tool"]
    assert all(re.fullmatch(r"#[0-9A-F]{6}", p.color) and p.homepage.startswith("https://") for p in tools)
    assert len({p.color for p in tools}) == len(tools)
    assert len({p.name for p in tools}) == len(tools)
    aliases = [alias.lower() for p in tools for alias in p.aliases]
    assert len(set(aliases)) == len(aliases)
    assert all(p.markers or p.note for p in tools)


def test_github_accounts_belong_to_one_marker_each() -> None:
    numbers = [number for marker in MARKERS.values() for number in marker.github_ids]
    assert len(set(numbers)) == len(numbers)
