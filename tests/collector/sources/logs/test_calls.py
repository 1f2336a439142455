"""What waits for its result is read again with what was known when it was made."""

import json
from pathlib import Path

from collector.fingerprints import Fingerprints
from collector.records import Edit, Watermark
from collector.sources.logs import harvest
from collector.sources.logs.home import Home

KEY = Fingerprints(b"k" * 32)


def journal(home: Path, *records: dict[str, object]) -> None:
    path = home / ".kimi-code/sessions/wd_p/session_1/agents/main/wire.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps({"time": 1785279574895, **record}) + "\n" for record in records)


def loop(**event: object) -> dict[str, object]:
    return {"type": "context.append_loop_event", "event": event}


def edits(home: Path, known: dict[str, Watermark]) -> list[Edit]:
    (one,) = harvest.find(Home(home, {}))
    reading = harvest.read(one, known.get("log"), KEY)
    assert reading.watermark
    known["log"] = reading.watermark
    return [record for record in reading.records if isinstance(record, Edit)]


def test_a_late_result_finds_the_state_of_its_call(tmp_path: Path) -> None:
    known: dict[str, Watermark] = {}
    written = loop(type="tool.call", toolCallId="c1", name="Write", args={"path": "a.py", "content": "a = 1\n"})
    journal(tmp_path, {"type": "llm.request", "model": "first"}, written, {"type": "llm.request", "model": "second"})
    assert edits(tmp_path, known) == []
    journal(tmp_path, loop(type="tool.result", toolCallId="c1", result={"isError": True}))
    (edit,) = edits(tmp_path, known)
    assert (edit.model, edit.outcome) == ("first", "failed")
    assert edits(tmp_path, known) == []


def test_a_call_without_a_result_is_done_when_a_person_goes_on(tmp_path: Path) -> None:
    written = loop(type="tool.call", toolCallId="c1", name="Write", args={"path": "a.py", "content": "a = 1\n"})
    journal(tmp_path, written, {"type": "turn.prompt", "origin": {"kind": "user"}})
    (edit,) = edits(tmp_path, {})
    assert edit.outcome == "done"
