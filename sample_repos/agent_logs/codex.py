"""Codex CLI: `.codex/sessions/YYYY/MM/DD/rollout-<local time>-<session>.jsonl`; the machines stand in UTC."""

import json
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
)

_CONTEXT = (
    "<environment_context>\n  <cwd>{}</cwd>\n  <approval_policy>on-request</approval_policy>\n</environment_context>"
)


def render(session: Session) -> dict[str, bytes]:
    """The session's log by its path below the home."""
    started = session.steps[0].at
    if session.forked_from is not None:
        started -= timedelta(seconds=15)  # the copy is there before somebody types
    rollout = _Rollout(session, started)
    origin = session.forked_from
    if origin is not None:
        # a copy of the parent's records, all written within one moment
        copy = _Rollout(origin, origin.steps[0].at)
        copy.play(replace(origin, steps=origin.steps[: session.copies]))
        rollout.records += [one | {"timestamp": instant(started)} for one in copy.records]
    rollout.play(session)
    text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in rollout.records)
    name = f"rollout-{started:%Y-%m-%dT%H-%M-%S}-{session.id}.jsonl"
    return {f".codex/sessions/{started:%Y/%m/%d}/{name}": text.encode()}


class _Rollout:
    def __init__(self, session: Session, started: datetime) -> None:
        self.records: list[dict[str, Any]] = []
        self._session = session
        self._turn = 0
        self._calls = 0
        self._spent = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0}
        git = {"commit_hash": session.head, "branch": session.branch, "repository_url": session.remote}
        known = {key: value for key, value in git.items() if value is not None}
        self._add(
            started,
            "session_meta",
            id=session.id,
            timestamp=instant(started),
            cwd=session.directory,
            originator="codex_cli_rs",
            cli_version=session.version,
            source="cli",
            thread_source="user",
            model_provider="openai",
            **({"forked_from_id": session.forked_from.id} if session.forked_from else {}),
            **({"git": known} if len(known) > 1 else {}),
        )

    def play(self, session: Session) -> None:
        """Write down all that the session did itself."""
        for step in session.steps:
            self._step(step)
        if session.steps:
            self._ends(session.steps[-1].at)

    # --- records -------------------------------------------------------------------------------------------

    def _add(self, at: datetime, kind: str, **payload: Any) -> None:
        self.records.append({"timestamp": instant(at), "type": kind, "payload": payload})

    def _call(self, step: Step, **payload: Any) -> str:
        self._calls += 1
        call = f"call_{digest(self._session.id, self._calls)[:24]}"
        self._add(step.at, "response_item", **payload, call_id=call)
        return call

    def _count(self, at: datetime, written: int) -> None:
        last = {"input_tokens": 9000 + 700 * self._calls, "cached_input_tokens": 8000 + 600 * self._calls,
                "output_tokens": 60 + written // 4, "reasoning_output_tokens": 32}  # fmt: skip
        self._spent = {key: self._spent[key] + last[key] for key in last}
        told = [one | {"total_tokens": one["input_tokens"] + one["output_tokens"]} for one in (self._spent, last)]
        info = {"total_token_usage": told[0], "last_token_usage": told[1], "model_context_window": 272_000}
        for _ in range(2):  # told again when the limits change
            self._add(at, "event_msg", type="token_count", info=info, rate_limits=None)

    def _ends(self, at: datetime) -> None:
        if self._turn:
            self._add(
                at + timedelta(seconds=2),
                "event_msg",
                type="task_complete",
                turn_id=str(self._turn),
                duration_ms=41_000,
            )

    # --- what happened -------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        match step.deed:
            case Prompt(text=text):
                self._prompt(step, text)
            case Say(text=text):
                self._say(step, text)
            case Interrupt():
                self._add(step.at, "event_msg", type="turn_aborted", turn_id=str(self._turn), reason="interrupted")
            case Write(path=path, text=text, over=None):
                body = "".join(f"+{line}\n" for line in text.removesuffix("\n").split("\n"))
                change = {"type": "add", "content": text}
                self._patch(step, path, f"*** Add File: {path}\n{body}", change)
            case Write(path=path, text=text, over=str(over)):
                self._update(step, path, over, text)
            case Edit(path=path, old=old, new=new):
                self._update(step, path, old, new)
            case Run():
                self._run(step, step.deed)
            case Delegate():
                raise ValueError("no story needs a sub-agent of Codex yet")

    def _prompt(self, step: Step, text: str) -> None:
        self._ends(step.at - timedelta(seconds=3))
        self._turn += 1
        self._add(
            step.at,
            "turn_context",
            turn_id=str(self._turn),
            cwd=step.directory,
            timezone="UTC",
            approval_policy="on-request",
            sandbox_policy={"type": "workspace-write"},
            model=self._session.model,
            effort="medium",
            summary="auto",
        )
        for said in (_CONTEXT.format(step.directory), text) if self._turn == 1 else (text,):
            content = [{"type": "input_text", "text": said}]
            self._add(step.at, "response_item", type="message", role="user", content=content)
        self._add(step.at, "event_msg", type="user_message", message=text, images=[], local_images=[], text_elements=[])

    def _say(self, step: Step, text: str) -> None:
        content = [{"type": "output_text", "text": text}]
        self._add(step.at, "response_item", type="message", role="assistant", content=content)
        self._add(step.at, "event_msg", type="agent_message", message=text)
        self._count(step.at, len(text))

    def _update(self, step: Step, path: str, old: str, new: str) -> None:
        parts = hunks(old, new)
        bodies = ["".join(f"{line}\n" for line in hunk.lines) for hunk in parts]
        asked = f"*** Update File: {path}\n" + "".join(f"@@\n{body}" for body in bodies)
        heads = [f"@@ -{one.old_start},{one.old_count} +{one.new_start},{one.new_count} @@\n" for one in parts]
        diff = "".join(head + body for head, body in zip(heads, bodies, strict=True))
        self._patch(step, path, asked, {"type": "update", "unified_diff": diff, "move_path": None})

    def _patch(self, step: Step, path: str, asked: str, change: dict[str, Any]) -> None:
        text = f"*** Begin Patch\n{asked}*** End Patch\n"
        call = self._call(step, type="custom_tool_call", status="completed", name="apply_patch", input=text)
        after = step.at + timedelta(milliseconds=300)
        if step.outcome == "failed":
            output = f"apply_patch verification failed: Failed to find expected lines in {path}"
        else:
            done = step.outcome == "done"
            self._add(
                after,
                "event_msg",
                type="patch_apply_end",
                call_id=call,
                turn_id=str(self._turn),
                stdout=f"Success. Updated the following files:\nM {path}\n" if done else "",
                stderr="",
                success=done,
                status="completed" if done else "declined",
                changes={joined(step.directory, path): change},
            )
            words = f"Success. Updated the following files:\nM {path}\n"
            output = (
                json.dumps({"output": words, "metadata": {"exit_code": 0, "duration_seconds": 0.1}})
                if done
                else "patch rejected by user"
            )
        self._add(after, "response_item", type="custom_tool_call_output", call_id=call, output=output)
        self._count(after, len(text))

    def _run(self, step: Step, deed: Run) -> None:
        given = json.dumps({"cmd": deed.command, "workdir": step.directory})
        call = self._call(step, type="function_call", name="exec_command", arguments=given)
        after = step.at + timedelta(milliseconds=700)
        told = f"Wall time: 0.4100 seconds\nProcess exited with code {deed.code}\nOutput:\n{deed.output}"
        output = "exec command rejected by user" if step.outcome == "rejected" else f"Chunk ID: {call[5:11]}\n{told}"
        self._add(after, "response_item", type="function_call_output", call_id=call, output=output)
        self._count(after, len(given))
