"""Identities as `.mailmap` maps them today: git itself is asked, so that its rules are the rules."""

from collections.abc import Iterable
from pathlib import Path

from collector.records import Identity
from collector.sources.git.hardened import ask


def canonical(git_dir: Path, repo: str, pairs: Iterable[tuple[str, str]], tip: str | None) -> list[Identity]:
    """Return each (name, e-mail) with the name and e-mail that the `.mailmap` of `tip` gives it.

    Git is run in the git directory, as a bare repository: it would take the `.mailmap` of a work tree, which may
    be anything, a pipe for instance, before that of the commit.
    """
    known = sorted(set(pairs))
    askable = [pair for pair in known if _can_be_asked(*pair)]
    feed = "".join(f"{name} <{email}>\n" for name, email in askable).encode()
    blob = ("-c", f"mailmap.blob={tip}:.mailmap" if tip else "mailmap.blob=")
    answer = (
        ask(git_dir, "--bare", *blob, "check-mailmap", "--stdin", stdin=feed).decode("utf-8", "replace") if feed else ""
    )
    mapped = dict(zip(askable, map(_split, answer.removesuffix("\n").split("\n") if feed else ()), strict=True))
    return [
        Identity(repo=repo, name=name, email=email, canonical_name=to_name, canonical_email=to_email)
        for (name, email), (to_name, to_email) in ((pair, mapped.get(pair, pair)) for pair in known)
    ]


def _can_be_asked(name: str, email: str) -> bool:
    """Tell whether `Name <e-mail>` can be read back; an identity that can't stands for itself."""
    return bool(email) and not any(odd in name + email for odd in "<>\n\r\0�") and name == name.strip()


def _split(line: str) -> tuple[str, str]:
    name, _, email = line.rpartition("<")
    return name.strip(), email.removesuffix(">")
