"""Puts sessions' logs below a home folder."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from sample_repos.agent_logs import claude_code, codex
from sample_repos.agent_logs.sessions import Session

WRITERS = {"claude-code": claude_code.render, "codex": codex.render}
"""The writer of each tool's logs."""


def write_logs(sessions: Iterable[Session], home: Path) -> None:
    """Write the logs of all sessions below `home`."""
    for session in sessions:
        for path, data in WRITERS[session.tool](session).items():
            place = home / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def digests(sessions: Iterable[Session]) -> dict[str, str]:
    """The digest of every log by its path below the home."""
    rendered = [pair for session in sessions for pair in WRITERS[session.tool](session).items()]
    return {path: sha256(data).hexdigest() for path, data in sorted(rendered)}
