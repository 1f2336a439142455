"""Lines as keyed hashes: equal where lines are, in three degrees, and useless without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.fingerprints import GAP, Fingerprints, LineHashes, is_distinctive

KEY = Fingerprints(b"k" * 32)
ANY_LINE = st.text(st.characters() | st.characters(categories=["Cs"])).map(lambda line: line.replace("\n", ""))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x = 1", "exact trimmed squeezed"),
        ("x = 1\r\n", "x = 1\n", "exact trimmed squeezed"),
        ("    x = 1", "\tx = 1", "trimmed squeezed"),
        ("x = 1  ", "x = 1", "trimmed squeezed"),
        ("x = 1", "x=1", "squeezed"),
        ("\u00a0x\ufeff=\u20281", "x=1", "squeezed"),
        ("", "   ", "trimmed squeezed"),
        ("x = 1", "x = 2", ""),
        ("x", "X", ""),
    ],
)
def test_degrees_of_sameness(one: str, other: str, same: str) -> None:
    left, right = KEY.lines([one]), KEY.lines([other])
    assert [name for name in ("exact", "trimmed", "squeezed") if getattr(left, name) == getattr(right, name)] == (
        same.split()
    )


def test_another_key_gives_other_hashes() -> None:
    other = Fingerprints(b"o" * 32)
    assert KEY.lines(["x"]) == Fingerprints(b"k" * 32).lines(["x"])
    assert not set(KEY.lines(["x", ""]).exact) & set(other.lines(["x", ""]).exact)
    with pytest.raises(ValueError, match="16 bytes"):
        Fingerprints(b"short")


@given(st.lists(st.none() | ANY_LINE))
def test_any_lines(lines: list[str | None]) -> None:
    made = KEY.lines(lines)
    assert len(made.exact) == len(made.trimmed) == len(made.squeezed) == len(lines)
    assert len(made) == len([line for line in lines if line is not None])
    for hashes in (made.exact, made.trimmed, made.squeezed):
        assert [hash == GAP for hash in hashes] == [line is None for line in lines]
        assert all(0 <= hash < 2**63 for hash in hashes)


@given(ANY_LINE, ANY_LINE)
def test_exact_is_equal_only_for_equal_lines(one: str, other: str) -> None:
    same = one.rstrip("\r\n") == other.rstrip("\r\n")
    assert (KEY.lines([one]).exact == KEY.lines([other]).exact) == same


def test_more_lines_than_are_remembered() -> None:
    many = [f"line {number}" for number in range(100_005)]
    assert len(set(KEY.lines(many).exact)) == len(many)
    assert KEY.lines(["line 3"]).exact == Fingerprints(b"k" * 32).lines(["line 3"]).exact


@pytest.mark.parametrize(
    ("line", "says_enough"),
    [
        ("}", False),
        ("return", False),
        ("return x;", False),
        ("return total", True),
        ("\u65e5" * 8, True),
        (" " * 9, False),
    ],
)
def test_distinctive(line: str, says_enough: bool) -> None:
    assert is_distinctive(line) == says_enough


def test_no_lines_have_no_hashes() -> None:
    assert LineHashes() == KEY.lines([])
