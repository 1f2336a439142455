"""Writes down where every ref of every story points and what its logs are, so that a change is seen in a review.

`python -m sample_repos.lock` rewrites `stories.lock`; the tests compare it with what they built.
"""

import tempfile
from pathlib import Path

from sample_repos.build import Story, build_story, stories
from sample_repos.git import git

LOCK = Path(__file__).parent / "stories.lock"


def locked(story: Story) -> str:
    """The lines of one story: its name, a ref and the sha, by ref; then each log and its digest."""
    listed = git("for-each-ref", "--format=%(refname) %(objectname)", at=story.path).decode()
    logs = [f"{path} {digest}" for path, digest in story.log_digests.items()]
    return "".join(f"{story.name} {line}\n" for line in [*listed.splitlines(), *logs])


def main() -> None:
    """Build every story and rewrite the lock file."""
    with tempfile.TemporaryDirectory() as folder:
        built = [build_story(script, Path(folder)) for script in stories()]
        LOCK.write_text("".join(map(locked, built)), "utf-8")


if __name__ == "__main__":
    main()
