"""Paths in logs are found again in the repository, wherever the log's folder was."""

import pytest

from collector.evidence.placement import Tree, absolute, by_paths

TREE = Tree(["src/shop/cart.py", "src/shop/till.py", "cart.py", "docs/README.md"])


@pytest.mark.parametrize(
    ("path", "directory", "found"),
    [
        ("/w/shop/a.py", None, "/w/shop/a.py"),
        ("a.py", "/w/shop", "/w/shop/a.py"),
        ("./src/../a.py", "/w/shop", "/w/shop/a.py"),
        (r"C:\w\shop\a.py", r"C:\w\shop", "C:/w/shop/a.py"),
        (r"src\a.py", r"C:\w\shop", "C:/w/shop/src/a.py"),
        ("a.py", None, "a.py"),
        ("", None, ""),
    ],
)
def test_absolute(path, directory, found):
    assert absolute(path, directory) == found


@pytest.mark.parametrize(
    ("path", "roots", "found"),
    [
        ("/w/shop/src/shop/cart.py", ["/w/shop"], "src/shop/cart.py"),
        ("/w/shop/cart.py", ["/w/shop"], "cart.py"),
        ("/w/shop/.worktrees/x/src/shop/cart.py", ["/w/shop"], "src/shop/cart.py"),
        ("/w/shop/never/committed.py", ["/w/shop"], "never/committed.py"),
        ("/Users/ada/code/shop/src/shop/till.py", [], "src/shop/till.py"),
        ("/Users/ada/elsewhere/cart.py", [], None),
        ("/tmp/x.py", ["/w/shop"], None),
    ],
)
def test_relative(path, roots, found):
    assert TREE.relative(path, roots) == found


def test_a_root_that_was_guessed_may_lie_inside():
    assert TREE.relative("/w/shop/src/shop/cart.py", [], ["/w/shop/src/shop"]) == "src/shop/cart.py"
    assert TREE.relative("/w/shop/cart.py", [], ["/w/shop"]) == "cart.py"


@pytest.mark.parametrize(
    ("edited", "found"),
    [
        (["/u/x/src/shop/cart.py", "/u/x/src/shop/till.py"], "shop"),
        (["/u/x/src/shop/cart.py"], None),
        (["/u/x/src/shop/cart.py", "/u/x/src/shop/till.py", "/u/x/a/b.c", "/u/x/a/c.c"], None),
        (["/u/x/docs/README.md", "/u/x/lib/twin.py"], None),
        ([], None),
    ],
)
def test_by_paths_needs_several_that_fit_one_repository(edited, found):
    other = Tree(["lib/twin.py", "docs/README.md"])
    trees = {"shop": TREE, "other": other}
    assert by_paths(edited, trees) == (found if found else None if "twin" not in str(edited) else "other")
