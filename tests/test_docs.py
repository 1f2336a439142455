"""The pages for people say what the program does."""

import re
from pathlib import Path

import click
import pytest

from app import reference, tools_table
from app.cli import cli
from collector.registry import load_registry

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def commands() -> list[tuple[str, click.Command]]:
    return [("", cli), *cli.commands.items()]


def test_the_readme_has_exactly_the_two_commands() -> None:
    assert "\npip install uv && uv run barograph demo\npip install uv && uv run pytest\n" in README


def test_the_table_of_tools_is_current() -> None:
    table = tools_table.markdown(load_registry())
    assert tools_table.between(README, tools_table.BEGIN, tools_table.END, table) == README


def test_the_table_of_tools_has_every_tool() -> None:
    assert tools_table.markdown(load_registry()).count("\n") == 1 + len(load_registry().tools)


def test_marks_that_are_missing_are_an_error() -> None:
    with pytest.raises(ValueError, match="are missing"):
        tools_table.between("no marks", tools_table.BEGIN, tools_table.END, "")


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == reference.page()


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    page = reference.page()
    section = page.split(f"\n## barograph{' ' + name if name else ''}\n")[1].split("\n## ")[0]
    assert command.help
    for option in (param for param in command.params if isinstance(param, click.Option)):
        assert option.opts[-1] in section
        assert option.help, f"{name} {option.name} has no help"


@pytest.mark.parametrize("name", [name for name, _ in commands() if name])
def test_every_command_takes_store(name: str) -> None:
    assert "--store" in {opt for param in cli.commands[name].params for opt in param.opts}


def test_the_example_report_has_the_shape_of_a_report() -> None:
    block = re.search(r"<!-- report: begin -->\n```\n(.*?)\n```\n<!-- report: end -->", README, re.DOTALL)
    assert block is not None
    lines = block[1].splitlines()
    assert all(len(line) < 100 for line in lines)
    told = [r"\d+ repositories · [\d,]+ commits landed", "AI share of commits, ", "  proven +[█░]", "  possible +[█░]"]
    told += [
        "AI share of changed lines, ",
        "  touched ",
        "Proven, %",
        "All time: ",
        "tool +commits +share",
        "no evidence ",
    ]
    told += ["Worth knowing", "next: barograph explain [0-9a-f]{8}"]
    places = [next(i for i, line in enumerate(lines) if re.match(pattern, line)) for pattern in told[:3]]
    assert places == sorted(places)
    for pattern in told:
        assert any(re.match(pattern, line) for line in lines), pattern


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_recipe_has_a_comment() -> None:
    lines = (ROOT / "justfile").read_text("utf-8").splitlines()
    recipes = [index for index, line in enumerate(lines) if re.match(r"[a-z]+.*:$", line)]
    names = {lines[index].split()[0].rstrip(":") for index in recipes}
    assert names == {"default", "setup", "demo", "test", "check", "fix", "bench", "accuracy"}
    assert all(lines[index - 1].startswith("# ") for index in recipes)


def test_ci_runs_the_readmes_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "pip install uv && uv run pytest" in script
    assert "uv run just check" in script
