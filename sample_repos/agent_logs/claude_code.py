"""Claude Code: `.claude/projects/<folder>/<session>.jsonl`, sub-agents in `<session>/subagents/agent-<id>.jsonl`."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sample_repos.agent_logs.sessions import (
    Delegate,
    Edit,
    Interrupt,
    Prompt,
    Run,
    Say,
    Session,
    Step,
    Write,
    digest,
    hunks,
    instant,
    joined,
    uuid_of,
)

_TELLS_OF_GIT = (2, 1, 215)
"""The version from which on results say what git did, and prompts where they come from."""
_REFUSED = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the "
    "new_string was NOT written to the file). STOP what you are doing and wait for the user to tell you how to proceed."
)
_NOT_FOUND = "String to replace not found in file."


def render(session: Session) -> dict[str, bytes]:
    """The session's logs by their path below the home."""
    transcript = _Transcript(session)
    origin = session.forked_from
    if origin is not None:
        copy = replace(origin, steps=origin.steps[: session.copies])
        transcript.take_over(_Transcript(copy).play(copy))
    transcript.play(session)
    folder = f".claude/projects/{re.sub(r'[^A-Za-z0-9]', '-', session.directory)}"
    files = {f"{folder}/{session.id}.jsonl": _lines(transcript.records)}
    for agent, (about, records) in transcript.agents.items():
        inside = f"{folder}/{session.id}/subagents/agent-{agent}"
        files[f"{inside}.jsonl"] = _lines(records)
        files[f"{inside}.meta.json"] = json.dumps(about, separators=(",", ":")).encode()
    return files


def _lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in records).encode()


class _Transcript:
    def __init__(self, session: Session, agent: str | None = None) -> None:
        self.records: list[dict[str, Any]] = []
        self.agents: dict[str, tuple[Mapping[str, Any], list[dict[str, Any]]]] = {}
        self._session, self._agent = session, agent
        self._is_new = tuple(map(int, session.version.split("."))) >= _TELLS_OF_GIT
        self._parent: str | None = None
        self._texts = {joined(session.directory, path): text for path, text in session.files.items()}
        self._count = 0

    def play(self, session: Session) -> "_Transcript":
        """Write down all that the session did itself."""
        for step in session.steps:
            self._step(step)
        if not self._agent and session.steps:
            self._note(session.steps[-1].at + timedelta(seconds=2), session.directory, "system",
                       subtype="turn_duration", durationMs=41_000, isMeta=False)  # fmt: skip
        return self

    def take_over(self, other: "_Transcript") -> None:
        """Begin with another session's records, as a fork does: their ids stay, the session's is the new one."""
        self.records = [one | {"sessionId": self._session.id} for one in other.records if one.get("uuid")]
        self._parent, self._texts = other._parent, dict(other._texts)

    # --- records -------------------------------------------------------------------------------------------

    def _next(self, word: str) -> str:
        self._count += 1
        return uuid_of(self._session.id, self._agent, word, self._count)

    def _note(self, at: datetime, cwd: str, kind: str, **rest: Any) -> str:
        uuid = self._next(kind)
        agent = {"agentId": self._agent} if self._agent else {}
        self.records.append(
            {
                "parentUuid": self._parent,
                "isSidechain": bool(self._agent),
                "userType": "external",
                **({"entrypoint": "cli"} if self._is_new else {}),
                "cwd": cwd,
                "sessionId": self._session.id,
                "version": self._session.version,
                "gitBranch": self._session.branch,
                **agent,
                "type": kind,
                **rest,
                "uuid": uuid,
                "timestamp": instant(at),
            }
        )
        self._parent = uuid
        return uuid

    def _answer(self, step: Step, *blocks: Mapping[str, Any]) -> str:
        """One message of the model: a line for each of its blocks, all with the whole message's tokens."""
        name = digest(self._session.id, self._agent, "message", self._count)
        usage = {
            "input_tokens": 4,
            "cache_creation_input_tokens": 600 + self._count,
            "cache_read_input_tokens": 18_000 + 900 * self._count,
            "output_tokens": 40 + sum(len(json.dumps(block)) for block in blocks) // 4,
            "cache_creation": {"ephemeral_5m_input_tokens": 600 + self._count, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        }
        uuid = ""
        for block in blocks:
            message = {
                "id": f"msg_01{name[:22]}",
                "type": "message",
                "role": "assistant",
                "model": self._session.model,
                "content": [block],
                "stop_reason": "tool_use" if blocks[-1]["type"] == "tool_use" else "end_turn",
                "usage": usage,
            }
            uuid = self._note(step.at, step.directory, "assistant", requestId=f"req_011{name[:20]}", message=message)
        return uuid

    def _call(self, step: Step, name: str, **given: Any) -> tuple[str, str]:
        """A tool's use, with a few words before it; returns its id and the record's."""
        call = f"toolu_01{digest(self._session.id, self._agent, 'call', self._count)[:22]}"
        words = {"type": "text", "text": f"I'll use {name} for this."}
        return call, self._answer(step, words, {"type": "tool_use", "id": call, "name": name, "input": given})

    def _result(self, step: Step, call: tuple[str, str], said: str, told: Any, *, wrong: bool = False) -> None:
        block = {
            "tool_use_id": call[0],
            "type": "tool_result",
            "content": said,
            **({"is_error": True} if wrong else {}),
        }
        denied = {"toolDenialKind": "user-rejected"} if told == "User rejected tool use" and self._is_new else {}
        self._note(
            step.at + timedelta(milliseconds=700),
            step.directory,
            "user",
            message={"role": "user", "content": [block]},
            sourceToolAssistantUUID=call[1],
            # the results of a sub-agent's tools have no details
            **({} if self._agent else {"toolUseResult": told}),
            **denied,
        )

    # --- what happened -------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        match step.deed:
            case Prompt(text=text):
                self._prompt(step, text)
            case Say(text=text):
                self._answer(step, {"type": "text", "text": text})
            case Interrupt():
                self._interrupted(step, "[Request interrupted by user]")
            case Write():
                self._write(step, step.deed)
            case Edit():
                self._edit(step, step.deed)
            case Run():
                self._run(step, step.deed)
            case Delegate():
                self._delegate(step, step.deed)

    def _prompt(self, step: Step, text: str) -> None:
        typed = {"promptSource": "typed", "origin": {"kind": "human"}} if self._is_new else {}
        message = {"role": "user", "content": text}
        uuid = self._note(step.at, step.directory, "user", message=message, permissionMode="acceptEdits", **typed)
        snapshot = {"messageId": uuid, "trackedFileBackups": {}, "timestamp": instant(step.at)}
        self.records.append(
            {"type": "file-history-snapshot", "messageId": uuid, "snapshot": snapshot, "isSnapshotUpdate": False}
        )

    def _interrupted(self, step: Step, words: str) -> None:
        message = {"role": "user", "content": [{"type": "text", "text": words}]}
        self._note(step.at + timedelta(seconds=1), step.directory, "user", message=message)

    def _write(self, step: Step, deed: Write) -> None:
        path = joined(step.directory, deed.path)
        call = self._call(step, "Write", file_path=path, content=deed.text)
        if self._went_wrong(step, call):
            return
        before = deed.over if deed.over is not None else self._texts.get(path)
        self._texts[path] = deed.text
        done = {
            "type": "create" if before is None else "update",
            "filePath": path,
            "content": deed.text,
            "structuredPatch": [] if before is None else list(_patch(before, deed.text)),
            "originalFile": before,
        }
        what = "created successfully at" if before is None else "updated:"
        self._result(step, call, f"File {what} {path}", done)

    def _edit(self, step: Step, deed: Edit) -> None:
        path = joined(step.directory, deed.path)
        call = self._call(step, "Edit", file_path=path, old_string=deed.old, new_string=deed.new, replace_all=False)
        if self._went_wrong(step, call):
            return
        original = self._texts.get(path)
        before, after = deed.old, deed.new
        if original is not None:
            before, after = original, original.replace(deed.old, deed.new, 1)
            self._texts[path] = after
        done = {
            "filePath": path,
            "oldString": deed.old,
            "newString": deed.new,
            "originalFile": original,
            "structuredPatch": list(_patch(before, after)),
            "userModified": False,
            "replaceAll": False,
        }
        self._result(step, call, f"The file {path} has been updated.", done)

    def _went_wrong(self, step: Step, call: tuple[str, str]) -> bool:
        if step.outcome == "rejected":
            self._result(step, call, _REFUSED, "User rejected tool use", wrong=True)
            self._interrupted(step, "[Request interrupted by user for tool use]")
        elif step.outcome == "failed":
            self._result(
                step, call, f"<tool_use_error>{_NOT_FOUND}</tool_use_error>", f"Error: {_NOT_FOUND}", wrong=True
            )
        return step.outcome != "done"

    def _run(self, step: Step, deed: Run) -> None:
        call = self._call(step, "Bash", command=deed.command, description="Run a command")
        if step.outcome == "rejected":
            self._went_wrong(step, call)
            return
        if deed.code:
            said = f"Exit code {deed.code}\n{deed.output}"
            self._result(step, call, said, f"Error: {said}", wrong=True)
            return
        done: dict[str, Any] = {"stdout": deed.output, "stderr": "", "interrupted": False, "isImage": False}
        if deed.sha and self._is_new:
            done["gitOperation"] = {"commit": {"sha": deed.sha, "kind": deed.kind, "branch": deed.branch}}
        self._result(step, call, deed.output, done)

    def _delegate(self, step: Step, deed: Delegate) -> None:
        agent = self._session.agent(deed.name)
        call = self._call(step, "Task", description=deed.name, prompt=deed.task, subagent_type="general-purpose")
        inner = _Transcript(self._session, agent)
        inner._note(step.at, step.directory, "user", message={"role": "user", "content": deed.task})
        inner.play(replace(self._session, steps=deed.steps))
        self.agents[agent] = ({"agentType": "general-purpose", "toolUseId": call[0]}, inner.records)
        ended = replace(step, at=deed.steps[-1].at + timedelta(seconds=3))
        done = {"status": "completed", "agentId": agent, "agentType": "general-purpose", "totalDurationMs": 30_000}
        self._result(ended, call, "The work is done.", done)


def _patch(old: str, new: str) -> Iterator[dict[str, Any]]:
    """The hunks as the log shows them: tabs have become blanks, which is why nobody should read them."""
    for hunk in hunks(old, new):
        yield {
            "oldStart": hunk.old_start,
            "oldLines": hunk.old_count,
            "newStart": hunk.new_start,
            "newLines": hunk.new_count,
            "lines": [line.replace("\t", "    ") for line in hunk.lines],
        }
