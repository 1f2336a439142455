"""What tests of the command line share: barograph in this process, and one store of a few stories."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from sample_repos.build import Story

Barograph = Callable[..., Result]

TOLD = ("two_tools_one_commit", "codex_branch_merged", "ai_origin_human", "bots_without_models", "shallow_clone")


@pytest.fixture(scope="session")
def barograph() -> Barograph:
    """`barograph("report", "--json")` runs that command; the result has stdout, stderr and exit_code."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return run


@pytest.fixture(scope="session")
def told_store(tmp_path_factory: pytest.TempPathFactory, story: Callable[[str], Story], barograph: Barograph) -> Path:
    """A store into which a few stories were collected, and a partial clone; read it, don't change it."""
    folder = tmp_path_factory.mktemp("told") / "store"
    done = barograph("collect", *(story(name).path for name in (*TOLD, "partial_clone")), "--store", folder)
    assert done.exit_code == 0, done.stderr
    return folder
