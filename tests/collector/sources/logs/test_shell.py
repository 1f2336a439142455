"""Every row of `commands.toml`, and texts that no shell would take."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sources.logs import shell
from collector.sources.logs.changes import Change

CASES = tomllib.loads(Path(__file__).with_name("commands.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_command(case: dict[str, Any]) -> None:
    assert [row(change) for change in shell.changes(case["command"])] == case["changes"]


@pytest.mark.parametrize("case", [case for case in CASES if case["changes"]], ids=lambda case: case["what"])
def test_what_writes_may_write(case: dict[str, Any]) -> None:
    assert shell.may_write(case["command"])


@pytest.mark.parametrize("command", ["mise run fmt", "git commit -m 'fix: write the format'", "git status 2>&1"])
def test_what_surely_writes_nothing(command: str) -> None:
    assert not shell.may_write(command)


def row(change: Change) -> list[str]:
    path = f"{change.path} <- {change.moved_from}" if change.moved_from else change.path
    return [change.operation, path, *("<gap>" if line is None else line for line in change.lines)]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


PIECES = [
    "cat",
    ">",
    ">>",
    "<<EOF",
    "<<'E'",
    "EOF",
    "E",
    "$(",
    ")",
    "(",
    "`",
    "'",
    '"',
    "\\",
    "\n",
    ";",
    "&&",
    "|",
    "a",
]
PIECES += ["apply_patch", "sed -i", "bash -c", "$x", "${", "}", "[[", "]]", "((", "))", "{", "x=", "for f in a b", "do"]
PIECES += [
    "*** Add File: f",
    "+l",
    "rm",
    "mv",
    "$'",
    "@'\n",
    "\n'@",
    "Set-Content",
    "printf '%s\\n'",
    "echo -e",
    "\0",
    "[",
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map(" ".join) | st.text()


@given(HOSTILE)
def test_any_text_is_borne(text: str) -> None:
    shell.changes(text)
    shell.changes_by(text.split())


@given(HOSTILE.filter(lambda text: "\0" not in text))
def test_quoted_text_is_never_run(text: str) -> None:
    assert shell.changes(f": {quoted(text)}") == []
    assert shell.changes(f"rm {quoted('x' + text)} y")[-1] == Change(path="y", operation="delete")


@given(HOSTILE.filter(lambda text: "\0" not in text))
def test_here_documents_are_never_run(text: str) -> None:
    body = "".join(f"-{line}\n" for line in text.replace("\r", "").split("\n"))
    made = shell.changes(f"cat > f <<'XYZZY'\n{body}XYZZY\nrm y\n")
    assert [change.path for change in made] == ["f", "y"]
    assert made[0].lines == tuple(body.split("\n")[:-1])


ENDLESS = ["'", '"', "`", "$(", "(", "((", "${", "<<E ", "<<E\n", "x=$x$x;", "a=(", "[[ ", "\\", "$'", "{", "{a,", "> "]
ENDLESS += [
    "| ",
    "#",
    "echo ",
    "cat <<E >f\n",
    "bash -c '",
    'bash -c "',
    "1",
    "1>",
    "for f in a b;",
    "printf %s ",
    "sudo ",
]
ENDLESS += [
    "if ",
    "*** Add File: a\n",
    "@@\n",
    "@'\n",
    "Set-Content ",
    "npx ",
    "eval ",
    "x=1 ",
    "\n",
    " ",
    ";",
    "{ echo a; ",
    "{ echo a; } | ",
    "(echo a;",
    "pushd a;",
]


@pytest.mark.parametrize("piece", ENDLESS)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        began = time.process_time()
        shell.changes(text)
        return time.process_time() - began

    assert seconds(200_000) < max(1.0, 12 * seconds(50_000))


def test_shells_in_loops_in_shells_end() -> None:
    text = "touch a$f"
    for name in "gfedcb":
        text = f"for {name} in {' '.join(map(str, range(64)))}; do eval {quoted(text)} x${name}; done"
    began = time.process_time()
    shell.changes(text)
    assert time.process_time() - began < 10
