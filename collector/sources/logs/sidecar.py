"""The small files that lie beside logs and say what the logs don't: working directories, models, totals."""

import json
from pathlib import Path
from typing import Any

from collector.sources.logs.home import is_file

_LARGEST = 16 << 20


def beside(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; empty where there is no such file or it holds none."""
    try:
        if not is_file(path) or path.stat().st_size > _LARGEST:
            return {}
        value = json.loads(path.read_bytes().decode("utf-8", "replace"))
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))  # no lone surrogates
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def words(path: Path) -> str | None:
    """Return the text of a file of one line, None where there is none."""
    try:
        if not is_file(path) or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes().decode("utf-8", "replace").strip() or None
    except OSError:
        return None
