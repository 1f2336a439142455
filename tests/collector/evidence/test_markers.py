"""The detector on whole commits: real tricky ones, people, roles, squashes, and what random prose must never do."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.evidence.markers import Detector
from collector.records import Commit, Evidence
from collector.registry import load_registry
from collector.sources.git.message import read_message

REGISTRY = load_registry()
DETECTOR = Detector(REGISTRY)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
JO = "Jo Doe <jo@doe.example>"
GITHUB = "GitHub <noreply@github.com>"
CLAUDE = "Co-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>"


def parted(identity: str) -> tuple[str, str]:
    name, _, email = identity.partition(" <")
    return name, email.rstrip(">")


def detect(message: str, author: str = JO, committer: str | None = None) -> list[Evidence]:
    read = read_message(message)
    (name, email), (by_name, by_email) = parted(author), parted(committer or author)
    return DETECTOR.commit(
        Commit(
            repo="r",
            sha="0" * 40,
            parents=(),
            author_name=name,
            author_email=email,
            committer_name=by_name,
            committer_email=by_email,
            authored_at=NOW,
            committed_at=NOW,
            subject=read.subject,
            message_markers=read.markers,
            is_merge=False,
        ),
        NOW,
    )


def proven(found: list[Evidence]) -> set[tuple[str | None, str]]:
    """The strongest declared level of each tool."""
    return {(e.tool, e.level) for e in found if e.trust == "declared"}


DEPENDABOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
COPILOT_AGENT = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>"
COPILOT_CLI = "Co-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>"
COPILOT_REVIEW = "Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>"
OPENHANDS = "Co-authored-by: openhands <openhands@all-hands.dev>"
PAUL = "Paul Gauthier <aider@paulg.org>"
PAUL_AIDER = "Paul Gauthier (aider) <aider@paulg.org>"


@pytest.mark.parametrize(
    ("message", "author", "committer", "expected"),
    [
        pytest.param(
            f"chore(deps): bump (#8541)\n\nSigned-off-by: dependabot[bot] <support@github.com>\n{OPENHANDS}",
            DEPENDABOT,
            GITHUB,
            {(None, "automation"), ("openhands", "assisted")},
            id="a bot's bump that an agent repaired",
        ),
        pytest.param(f"Fix lint\\n\\n{OPENHANDS}\n", JO, JO, {("openhands", "agent")}, id="escaped newlines"),
        pytest.param(
            f"Add sysbox (#6684)\r\n\r\n{OPENHANDS}\r\nCo-authored-by: Bo <bo@x.example>",
            JO,
            "Adi <adi@x.example>",
            {("openhands", "assisted")},
            id="CRLF, a squash that another person landed",
        ),
        pytest.param("Initial plan", COPILOT_AGENT, GITHUB, {("copilot-agent", "autonomous")}, id="initial plan"),
        pytest.param(
            "Add Devin as an executor\n\nGenerated with [Devin](https://devin.ai)\n\n"
            "Co-Authored-By: Devin <noreply@cognition.ai>",
            JO,
            JO,
            {("devin", "agent")},
            id="Devin in the terminal",
        ),
        pytest.param(
            "feat: stamp\n\nCo-Authored-By: Claude Opus 4.6 <noreply@pi.dev>\nGenerated-By: pi 0.52.12",
            JO,
            JO,
            {("pi", "agent")},
            id="pi, not Claude Code",
        ),
        pytest.param(
            "fix: follow the spec (#2871)\n\nIt should be:\n\n    Assisted-by: AGENT_NAME:MODEL_VERSION\n\n"
            "So now:\n\n    Assisted-by: Crush:kimi-k2.6\n",
            JO,
            GITHUB,
            set(),
            id="a header's documentation",
        ),
        pytest.param(
            "docs: plan\n\nCo-Authored-By: Claude <noreply@anthropic.com)",
            JO,
            JO,
            {("claude-code", "agent")},
            id="a wrong bracket",
        ),
        pytest.param(
            f"fix(wire): buffer (#575)\n\n{CLAUDE}\n{COPILOT_REVIEW}",
            JO,
            GITHUB,
            {("claude-code", "assisted"), ("copilot", "suggestion")},
            id="two tools, two levels",
        ),
        pytest.param(
            "fix(kiro): attribution of claude/codex sessions\n\nAI-Origin: human",
            JO,
            JO,
            {(None, "human")},
            id="disclosed human work",
        ),
        pytest.param(
            "add (#8976)\n\nElvish written by Copilot, the rest was written by me with AI\ndocumentation.",
            JO,
            GITHUB,
            {("copilot", "assisted")},
            id="prose about one file",
        ),
        pytest.param("feat: x", PAUL_AIDER, PAUL, {("aider", "agent")}, id="aider's code, rebased"),
        pytest.param("feat: x", PAUL_AIDER, PAUL_AIDER, {("aider", "agent")}, id="aider's code"),
        pytest.param(
            "Update Co-authored-by email to aider@aider.chat",
            PAUL,
            PAUL_AIDER,
            {("aider", "message")},
            id="message only",
        ),
        pytest.param(
            "docs: Add Claude Sonnet 4.5", PAUL, PAUL_AIDER, {("aider", "message")}, id="message only, about Claude"
        ),
        pytest.param(
            "fix: x\n\nCo-authored-by: aider (gpt-4o) <aider@aider.chat>",
            PAUL,
            PAUL_AIDER,
            {("aider", "agent")},
            id="a co-author outranks message only",
        ),
        pytest.param(
            "feat: Trae (#1817)\n\nCo-authored-by: Copilot <copilot@github.com>", JO, GITHUB, set(), id="stamped"
        ),
        pytest.param(
            "chore(release): v1.2",
            "gemini-cli-robot <gemini-cli-robot@google.com>",
            GITHUB,
            {(None, "automation")},
            id="a release robot",
        ),
        pytest.param(
            f"fix\n\n{COPILOT_CLI}",
            COPILOT_AGENT,
            COPILOT_AGENT,
            {("copilot-agent", "autonomous"), ("copilot-cli", "autonomous")},
            id="the terminal's id inside the agent's commit",
        ),
        pytest.param(f"fix\n\n{COPILOT_CLI}", JO, JO, {("copilot-cli", "agent")}, id="the terminal"),
        pytest.param(
            "x (#3)", COPILOT_AGENT, GITHUB, {("copilot-agent", "autonomous")}, id="an author keeps its level"
        ),
        pytest.param(
            "x\n\nCo-authored-by: coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>",
            JO,
            JO,
            {("coderabbit", "suggestion")},
            id="a reviewer as a co-author",
        ),
        pytest.param(
            "x",
            "coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>",
            GITHUB,
            {("coderabbit", "autonomous")},
            id="a reviewer as the author",
        ),
        pytest.param(
            "x", "Cursor Agent <cursoragent@cursor.com>", GITHUB, {("cursor", "autonomous")}, id="cursor's cloud"
        ),
        pytest.param(
            "x\n\nCo-authored-by: Cursor <cursoragent@cursor.com>", JO, JO, {("cursor", "agent")}, id="cursor's editor"
        ),
        pytest.param(
            "x",
            "devin-ai-integration[bot] <158243242+devin-ai-integration[bot]@users.noreply.github.com>",
            GITHUB,
            {("devin", "autonomous")},
            id="devin's cloud",
        ),
        pytest.param(
            f"All\n\n* one\n\n{CLAUDE}\n\n* two\n\n", JO, JO, {("claude-code", "assisted")}, id="two listed commits"
        ),
        pytest.param(f"Fix the parser (#12)\n\n{CLAUDE}", JO, JO, {("claude-code", "agent")}, id="an issue's number"),
        pytest.param(f"x\n\n> {CLAUDE}", JO, JO, set(), id="quoted"),
        pytest.param("x\n\nReviewed-by: Claude <noreply@anthropic.com>", JO, JO, set(), id="a review is no authorship"),
        pytest.param(
            f"x\n\n{COPILOT_REVIEW}",
            DEPENDABOT,
            DEPENDABOT,
            {(None, "automation"), ("copilot", "suggestion")},
            id="bot and AI",
        ),
        pytest.param(
            "x", JO, "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", set(), id="a bot that lands"
        ),
        pytest.param(
            'Revert "Elvish written by Copilot"\n\nThis reverts commit 0123456789.', JO, JO, set(), id="a revert"
        ),
        pytest.param("x", "Copilot <999+copilot-cli@users.noreply.github.com>", JO, set(), id="an unknown number"),
        pytest.param(
            "x",
            "copilot-swe-agent <175728472+copilot-swe-agent@users.noreply.github.com>",
            JO,
            {("copilot", "suggestion")},
            id="the number outranks the login",
        ),
        pytest.param(
            "x\n\nCommit-generated-by: Claude Code", JO, JO, {("claude-code", "message")}, id="a disclosed message"
        ),
        pytest.param(
            "x\n\nAgent-ID: agent-0a14713a-2774-45fe-8904-21d543db8fc4", JO, JO, {("letta", "agent")}, id="Letta's id"
        ),
        pytest.param(
            "x\n\nAgent-Id: agent-0a14713a-2774-45fe-8904-21d543db8fc4",
            JO,
            JO,
            {("augment", "agent")},
            id="Auggie's id",
        ),
    ],
)
def test_tricky_commits(message: str, author: str, committer: str, expected: set[tuple[str | None, str]]) -> None:
    assert proven(detect(message, author, committer)) == expected


@pytest.mark.parametrize(
    "person",
    [
        "Benjamin Goose <ben@goose.example>",
        "Devin Gould <devin@gould.example>",
        "Jules Yzerd <jules@yzerd.example>",
        "Cody De Arkland <cody@arkland.example>",
        "Charlie Marsh <charlie@marsh.example>",
        "Claude Dupont <claude@dupont.example>",
        "Claude Étienne <claude@etienne.example>",
        "Paul Gauthier <aider@paulg.org>",
        "Eric Wheeler <roo-code@z.ewheeler.org>",
        "Boris <boris@anthropic.com>",
        "Xingyao Wang <xingyao@all-hands.dev>",
        "nate <nate@continue.dev>",
        "abeatrix <beatrix@cline.bot>",
        "Alex Daley <adaley@openai.com>",
        "Cline Evaluation <cline@example.com>",
        "Kimi Räikkönen <kimi@raikkonen.example>",
        "Junie Park <junie@park.example>",
        "Amp Ere <amp@ere.example>",
        "rUv <ruv@ruv.net>",
        "TimeWarp.Enterprises <hi@timewarp.enterprises>",
        GITHUB,
    ],
)
def test_people_are_nobodys_tool(person: str) -> None:
    assert detect("fix", person) == []
    assert detect("fix", JO, person) == []
    for key in ("Co-authored-by", "Signed-off-by", "Assisted-by", "Generated-by"):
        assert detect(f"fix\n\n{key}: {person}") == []
    name = person.partition(" <")[0]
    if " " in name:
        assert detect(f"fix\n\nAssisted-by: {name}\nCo-authored-by: {name}\n\nMostly written by {name}.") == []


@pytest.mark.parametrize(
    ("line", "tool", "model", "level"),
    [
        (
            "Assisted-by: GitHub Copilot (model: claude-sonnet-4.6, autonomous)",
            "copilot",
            "Claude Sonnet 4.6",
            "assisted",
        ),
        (
            "Assisted-by: GitHub Copilot (model: MAI-Code-1-Flash, autonomous)",
            "copilot",
            "MAI-Code-1-Flash",
            "assisted",
        ),
        ("Assisted-by: GitHub Copilot (model: unknown, autonomous)", "copilot", None, "assisted"),
        ("Assisted-by: Claude:claude-opus-4.6 coccinelle", "claude-code", "Claude Opus 4.6", "assisted"),
        ("Assisted-By: 🤖 Claude Code", "claude-code", None, "assisted"),
        ("Assisted-by: OpenCode (claude-opus-4-6)", "opencode", "Claude Opus 4.6", "assisted"),
        ("Assisted-by: Opus 4.7", "unnamed", "Claude Opus 4.7", "assisted"),
        ("Assisted-by: AI", "unnamed", None, "assisted"),
        ("Assisted by: Codex (model: GPT-5, autonomous)", "codex", "GPT-5", "assisted"),
        ("Generated-By: Letta Code", "letta", None, "assisted"),
        ("AI-Tool: Cursor", "cursor", None, "assisted"),
        ("AI-Model: claude-opus-4-6", "unnamed", "Claude Opus 4.6", "assisted"),
        ("Ai-assisted: true", "unnamed", None, "assisted"),
        ("Co-Authored-By: Claude (claude-opus-4-6)", "claude-code", "Claude Opus 4.6", "assisted"),
        ("Commimt-generated-by: GitHub Copilot", "copilot", None, "message"),
        ("Generated with [ChatGPT](https://chatgpt.com)", "chatgpt", None, "assisted"),
    ],
)
def test_a_neutral_disclosure_is_credited_by_its_words(line: str, tool: str, model: str | None, level: str) -> None:
    (found,) = detect(f"fix\n\n{line}")
    assert (found.tool, found.model, found.level, found.trust) == (tool, model, level, "declared")
    assert found.rule.startswith("unnamed/")


@pytest.mark.parametrize(
    "line",
    [
        "Assisted-by: Waldek Maleska",
        "Assisted-by: AGENT_NAME:MODEL_VERSION",
        "Assisted-by: <name of the tool>",
        "Generated-by: scripts/bump-version.sh",
        "AI-Assisted: yes/no",
        "Written by me with AI documentation.",
        "fix code written by Copilot",
        "Detect commits written by Claude Code.",
        "This was not written by Copilot.",
        "The parser reads lines generated by Cursor",
        "Generated with love",
        "We tried Claude Code and Cursor; see the Copilot docs.",
        "Made with cursors",
    ],
)
def test_what_names_no_tool_is_no_evidence(line: str) -> None:
    assert detect(f"fix\n\n{line}") == []


def test_evidence_shows_where_to_look() -> None:
    (found,) = detect(f"fix\n\n{CLAUDE}")
    assert found.pointer == "co-author: Claude Opus 4.6 (1M context) <noreply@anthropic.com>"
    assert (found.model, found.rule, found.scope) == ("Claude Opus 4.6", "claude-code/email", "commit")
    (thread,) = detect("fix\n\nAmp-Thread-ID: https://ampcode.com/threads/T-0198a1b2-c3d4")
    assert thread.session == "T-0198a1b2-c3d4"
    (long,) = detect("fix\n\nCopilot-Session: 0a14713a-2774-45fe-8904-21d543db8fc4 " + "x" * 290)
    assert len(long.pointer) == 200


def test_a_quotation_is_a_hint() -> None:
    (found,) = detect(f"fix\n\n> {CLAUDE}")
    assert (found.trust, found.tool) == ("hinted", "claude-code")
    assert found.pointer.startswith("quoted co-author: ")
    assert [e.trust for e in detect(f"fix\n\n> {CLAUDE}\n{CLAUDE}")] == ["declared"]


def test_who_wrote_the_message_did_not_write_the_code() -> None:
    (found,) = detect("fix\n\nCommit-message-by: Claude <noreply@anthropic.com>")
    assert (found.rule, found.level, found.scope) == ("claude-code/email", "message", "message")


def test_the_message_level_covers_the_message_only() -> None:
    (found,) = detect("fix", PAUL, PAUL_AIDER)
    assert (found.level, found.scope, found.trust) == ("message", "message", "declared")


def test_a_model_may_stand_in_another_line() -> None:
    found = detect("x\n\nbackend: claude\nmodel: claude-opus-5\nagent_started_at: 2026-08-22T09:27:18Z")
    assert [(e.tool, e.model) for e in found] == [("agitrack", "Claude Opus 5")]


@pytest.mark.parametrize(
    ("branch", "tool"),
    [
        ("claude/fix-login", "claude-code"),
        ("codex/x", "codex"),
        ("copilot/fix-1", "copilot-agent"),
        ("bolt/speed-123456789012345678", "jules"),
        ("devin/fix", "devin"),
        ("dependabot/npm_and_yarn/openai/codex-0.1", None),
        ("revert-892-sweep/add-tests", None),
        ("main", None),
        ("bolt/speed", None),
    ],
)
def test_a_merged_branch_hints_at_its_tool(branch: str, tool: str | None) -> None:
    found = DETECTOR.merged(repo="r", merge_sha="f" * 40, branch=branch, shas=["a" * 40, "b" * 40], seen_at=NOW)
    assert [(e.sha[0], e.tool, e.trust) for e in found] == ([(s, tool, "hinted") for s in "ab"] if tool else [])
    assert all(e.pointer == f"branch: {branch} (merged in ffffffffffff)" for e in found)


VOCABULARY = """the a fix parser Claude Copilot Cursor Devin Jules codex agent written by with for not and of tests
model AI Opus Gemini aider branch commit review Goose login , . : - ( )"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n\n"])


@given(st.lists(WORDS, max_size=40))
def test_mentions_in_prose_are_no_evidence_unless_they_say_who_wrote(words: list[str]) -> None:
    found = detect("Subject\n\nWe saw " + " ".join(words))
    assert {e.rule for e in found if e.trust == "declared"} <= {"unnamed/prose", "unnamed/footer"}


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_random_text_is_no_evidence(text: str) -> None:
    assert detect(text) == []


@given(st.permutations([CLAUDE, COPILOT_REVIEW, OPENHANDS, "Signed-off-by: A <a@x.example>", "Some prose."]))
def test_the_order_of_lines_changes_nothing(lines: list[str]) -> None:
    assert proven(detect("x\r\n\r\n" + "\r\n".join(lines))) == {
        ("claude-code", "agent"),
        ("copilot", "suggestion"),
        ("openhands", "agent"),
    }
    assert detect("x\n\n" + "\n".join(f"    {line}" for line in lines)) == []
    assert proven(detect("x\n\n" + "\n".join(f"> {line}" for line in lines))) == set()
