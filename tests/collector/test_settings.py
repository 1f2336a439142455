"""Where a value comes from, which wins, and what is refused."""

import os
from pathlib import Path

import pytest

from collector.errors import SettingsError
from collector.settings import load_settings, settings_file


@pytest.fixture
def file(isolated, tmp_path):
    """An environment that names a settings file, and a function that writes it."""
    path = tmp_path / "barograph.toml"

    def write(content: str | bytes) -> dict[str, str]:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return {"BAROGRAPH_CONFIG": str(path)}

    return write


def test_flags_win_over_the_environment_over_the_file_over_defaults(file):
    environment = file("jobs = 2\nlogs = false\nstore = '/kept'\n")
    environment |= {"BAROGRAPH_JOBS": "3", "BAROGRAPH_OWNERSHIP": "off"}
    read = load_settings({"jobs": 4, "store": None}, environment=environment)
    assert (read.jobs, read.logs, read.ownership, read.store) == (4, False, False, Path("/kept"))
    told = {name: (value, origin) for name, value, origin, _ in read.rows()}
    assert told["jobs"] == ("4", "flag")
    assert told["ownership"] == ("false", "BAROGRAPH_OWNERSHIP")
    assert told["logs"] == ("false", environment["BAROGRAPH_CONFIG"])
    assert told["debug"] == ("false", "default")


def test_without_a_file_there_are_defaults(isolated):
    read = load_settings(environment={})
    assert read.home == Path.home() == isolated
    assert 1 <= read.jobs <= 4
    assert read.repositories == ()
    assert settings_file({}).name == "barograph.toml"
    assert set(read.origins) == set()


def test_paths(file):
    environment = file("repositories = ['~/a', 'b']\n")
    assert load_settings(environment=environment).repositories == (Path.home() / "a", Path.cwd() / "b")
    environment["BAROGRAPH_REPOSITORIES"] = os.pathsep.join(["/x", "", "/y"])
    assert load_settings(environment=environment).repositories == (Path("/x"), Path("/y"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("jbos = 2\n", "did you mean jobs"),
        ("zzz = 2\n", "known are store, home"),
        ("jobs = 0\n", "at least 1"),
        ("jobs = 2.5\n", "whole number"),
        ("jobs = 'many'\n", "whole number"),
        ("jobs = true\n", "whole number"),
        ("logs = 'perhaps'\n", "true or false"),
        ("store = 3\n", "a path is needed"),
        ("store = ''\n", "a path is needed"),
        ("store = '~nobody-of-this-name/x'\n", "not known"),
        ("repositories = [1]\n", "a path is needed"),
        ("repositories = 1\n", "a list of paths"),
        ("jobs = \n", "not valid TOML"),
        (b"store = '\xff'\n", "not valid TOML"),
        ("[store]\nx = 1\n", "a path is needed"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(file, content, said):
    with pytest.raises(SettingsError, match=said) as refused:
        load_settings(environment=file(content))
    assert "barograph.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"BAROGRAPH_JBOS": "1"}, "BAROGRAPH_JBOS.*did you mean jobs"),
        ({"BAROGRAPH_JOBS": "-1"}, "BAROGRAPH_JOBS.*a whole number"),
        ({"BAROGRAPH_STORE": ""}, "BAROGRAPH_STORE.*a path"),
        ({"BAROGRAPH_CONFIG": "/nowhere/at/all.toml"}, "/nowhere/at/all.toml: no such file"),
        ({"BAROGRAPH_CONFIG": "/"}, "cannot be read"),
    ],
)
def test_variables_that_cannot_be_used(isolated, variables, said):
    with pytest.raises(SettingsError, match=said):
        load_settings(environment=variables)
