"""Builds a story into a real repository: the same SHAs on every run, machine and version of git."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from sample_repos.agent_logs.sessions import Session
from sample_repos.agent_logs.write import digests, write_logs
from sample_repos.git import git, init, update_refs
from sample_repos.script import STORIES, Change, Put, Rename, Script, ScriptedCommit, Truth, read_script
from sample_repos.scripted_logs import Ranges, Scene, exported_ids, sessions_of, truth_of_sessions
from sample_repos.stream import SCRATCH, Blob, Stamp, Stream, Tree, changes_between, merged_tree, raw_date

UNREAD = ("refs/notes/*", "refs/pull/*", "refs/replace/*", "refs/scratch/*")
"""Refs whose commits no reader counts: they are read as claims, or not at all."""

HOME = "home"
"""The folder beside the stories' repositories below which all their logs lie."""

TAGGER = Stamp(who=b"Ada Marlow <ada@example.org>", date="1767603600 +0000")
_SHA = re.compile(rb"\{sha:([\w.-]+)\}")


LineBy = tuple[str, str, int, str, str]
"""sha, path, number, tool and session of a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that lies on disk: the repository to collect, and the truth of every commit a reader sees."""

    name: str
    about: str
    path: Path
    truth: Mapping[str, Truth]
    shas: Mapping[str, str]
    """The sha of every scripted commit by its name in the story, also of those no reader sees."""
    default_branch: str
    """The ref whose commits shares count."""
    counted: int | None
    """How many commits a share counts there, where the story is about counting."""
    repo_name: str
    """The last word of the repository's id: of its remote's name, else its folder."""
    sound: bool
    """False where an object is broken on purpose, so that `git fsck --strict` complains."""
    home: Path
    """The home below which the logs of this and of other stories lie."""
    sessions: Mapping[str, tuple[str, str]]
    """Tool and id of every session by its name in the story."""
    written: frozenset[LineBy]
    """Each line that a log shows a session to have written."""
    unshown: frozenset[LineBy]
    """Each line that a session wrote although no log shows it."""
    links: frozenset[tuple[str, str, str]]
    """sha, tool and session where a session had a hand in a commit."""
    about_sessions: Mapping[tuple[str, str], Mapping[str, str]]
    """What the export `sessions` says of each, by column, as far as the story tells."""
    log_digests: Mapping[str, str]
    """Digests of the logs as they are where the stories lie in `/stories`, by path below the home."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What the commits written so far are called and hold."""

    marks: dict[str, int]
    trees: dict[str, Tree]
    parents: dict[str, tuple[str, ...]]
    shas: dict[str, str]


def stories() -> list[Path]:
    """The scripts of all stories, by name."""
    return sorted(STORIES.glob("*.toml"))


def build_story(script: Path, destination: Path, *, stage: int | None = None) -> Story:
    """Build the story into `destination/<its name>`, up to `stage` (all of it without one).

    Building a later stage into the same place moves the refs of that repository, as a force-push does.
    """
    told = read_script(script)
    path = destination / told.name
    shas = _inner_story(told, destination)
    origin = destination / f"{told.name}.origin" if told.clone else path
    init(origin, head=told.head, object_format=told.object_format, bare=told.bare)
    commits = [one for one in told.commits if stage is None or one.stage <= stage]
    refs = _write(origin, told, commits, shas)
    update_refs(origin, refs, gone=[SCRATCH] if commits else [])
    for ref, target in told.symbolic.items():
        git("symbolic-ref", ref, target, at=origin)
    _arrange(told, origin, path)
    seen = _reachable(path, told)
    read = [one for one in commits if shas[one.name] in seen and one.truth is not None]
    sessions = _sessions(told, commits, path, shas)
    write_logs(sessions.values(), destination / HOME)
    ids = exported_ids(sessions)
    return Story(
        name=told.name,
        about=told.about,
        path=path,
        truth={shas[one.name]: one.truth for one in read if one.truth is not None},
        shas=shas,
        default_branch=_full(told.default_branch or told.head),
        counted=told.counted,
        repo_name=Path(told.remote).stem if told.remote else told.name,
        sound=told.sound,
        home=destination / HOME,
        sessions=ids,
        written=frozenset(line for one in read for line in _lines_by(one.wrote, shas[one.name], ids)),
        unshown=frozenset(line for one in read for line in _lines_by(one.unshown, shas[one.name], ids)),
        links=frozenset((shas[one.name], *ids[name]) for one in read for name in one.by),
        about_sessions=truth_of_sessions(told.logs, ids),
        log_digests=digests(_sessions(told, commits, PurePosixPath("/stories") / told.name, shas).values()),
    )


def _sessions(
    told: Script, commits: list[ScriptedCommit], path: PurePath, shas: Mapping[str, str]
) -> dict[str, Session]:
    """The story's sessions by name, as if its repository lay at `path`."""
    subjects = {one.name: one.message.split(b"\n")[0].decode("utf-8", "replace") for one in commits}
    times = {one.name: one.committer_at for one in commits}
    scene = Scene(path=path, shas=shas, subjects=subjects, times=times)
    return sessions_of(told.name, told.logs if commits else (), scene)


def _lines_by(ranges: Ranges, sha: str, ids: Mapping[str, tuple[str, str]]) -> Iterator[LineBy]:
    for path, parts in ranges.items():
        for name, numbers in parts.items():
            yield from ((sha, path, number, *ids[name]) for number in numbers)


def _inner_story(told: Script, destination: Path) -> dict[str, str]:
    """The SHAs of the story that this one holds as a submodule, as `<story>.<commit>`."""
    if not told.submodule:
        return {}
    inner = build_story(STORIES / f"{told.submodule['story']}.toml", destination)
    return {f"{inner.name}.{name}": sha for name, sha in inner.shas.items()}


def _write(origin: Path, told: Script, commits: list[ScriptedCommit], shas: dict[str, str]) -> dict[str, str]:
    """Stream the commits, tags and notes; fill in `shas` and return where every ref points."""
    written = _Written(marks={}, trees={}, parents={}, shas=shas)
    tips: dict[str, str] = {}
    if not commits:
        return {}
    with Stream(origin) as stream:
        for one in commits:
            _write_commit(stream, one, written, tips)
            tips[one.branch] = one.name
        for name, target in told.tags.items():
            stream.tag(name, written.marks[target], TAGGER, f"Release {name}\n".encode())
        notes = dict(_write_notes(stream, told, shas))
    named = {_full(branch): name for branch, name in tips.items() if branch not in told.drop}
    named |= {_with_shas(ref.encode(), shas).decode(): name for ref, name in told.refs.items() if name in shas}
    return {ref: shas[name] for ref, name in named.items()} | notes


def _write_commit(stream: Stream, one: ScriptedCommit, written: _Written, tips: Mapping[str, str]) -> None:
    tip = tips.get(one.branch)
    parents = ((tip,) if tip else ()) if one.parents is None else one.parents
    before = written.trees[parents[0]] if parents else {}
    tree = dict(before)
    if len(parents) > 1:
        base = _merge_base(parents, written)
        tree = merged_tree(written.trees[base] if base else {}, [written.trees[name] for name in parents])
    for path, change in one.files.items():
        _apply(tree, path, change, written.shas)
    mark = stream.commit(
        author=Stamp(who=one.who, date=raw_date(one.at)),
        committer=Stamp(who=one.committer, date=raw_date(one.committer_at)),
        message=_with_shas(one.message, written.shas),
        parents=[written.marks[name] for name in parents],
        changes=changes_between(before, tree),
        encoding=one.encoding,
    )
    written.marks[one.name], written.trees[one.name], written.parents[one.name] = mark, tree, parents
    written.shas[one.name] = stream.sha(mark)


def _write_notes(stream: Stream, told: Script, shas: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """One commit per notes ref, as `git notes` leaves it: a file per annotated commit, named by its sha."""
    stamp = Stamp(who=b"Notes Keeper <notes@example.org>", date=TAGGER.date)
    for ref in sorted({note.ref for note in told.notes if note.on in shas}):
        files: dict[bytes, Blob | None] = {
            shas[note.on].encode(): Blob(_with_shas(note.text.encode(), shas))
            for note in told.notes
            if note.ref == ref and note.on in shas
        }
        mark = stream.commit(author=stamp, committer=stamp, message=b"Notes added\n", parents=[], changes=files)
        yield ref, stream.sha(mark)


def _apply(tree: Tree, path: bytes, change: Change, shas: Mapping[str, str]) -> None:
    match change:
        case Put(data=data, mode=mode):
            tree[path] = Blob(_with_shas(data, shas), mode)
        case Rename(old=old, data=data):
            held = tree.pop(old)
            tree[path] = held if data is None else Blob(_with_shas(data, shas), held.mode)
        case _:
            del tree[path]


def _with_shas(text: bytes, shas: Mapping[str, str]) -> bytes:
    return _SHA.sub(lambda found: shas[found[1].decode()].encode(), text)


def _merge_base(parents: tuple[str, ...], written: _Written) -> str | None:
    """The latest commit that all parents descend from; None where their histories never met."""
    shared = set.intersection(*(_ancestors(name, written.parents) for name in parents))
    return max(shared, key=lambda name: written.marks[name], default=None)


def _ancestors(name: str, parents: Mapping[str, tuple[str, ...]]) -> set[str]:
    found, open_ = set[str](), [name]
    while open_:
        if (one := open_.pop()) not in found:
            found.add(one)
            open_ += parents[one]
    return found


def _full(branch: str) -> str:
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"


def _arrange(told: Script, origin: Path, path: Path) -> None:
    """What only git itself can set up: a clone, a worktree, a submodule, a remote."""
    if told.clone and not path.exists():
        git("config", "uploadpack.allowFilter", "true", at=origin)
        git("clone", "--quiet", "--template=", "--no-checkout", *told.clone, origin.as_uri(), path, at=origin)
    if told.worktree and not (path.parent / f"{told.name}.worktree").exists():
        tree = path.parent / f"{told.name}.worktree"
        git("worktree", "add", "--quiet", tree, told.worktree, at=path)
    if told.submodule and not (path / told.submodule["path"]).exists():
        git("read-tree", "--reset", "-u", "HEAD", at=path)
        allowed = ["-c", "protocol.file.allow=always", "-c", "core.hooksPath=" + os.devnull]
        git(*allowed, "submodule", "--quiet", "update", "--init", at=path)
    if told.remote:
        git("config", "remote.origin.url", told.remote, at=path)


def _reachable(path: Path, told: Script) -> set[str]:
    hidden = [f"--exclude={pattern}" for pattern in (*UNREAD, *told.unread)]
    return set(git("rev-list", *hidden, "--all", at=path).decode().split())
