"""prices.toml → `Price`: a dated table, so that a request is priced as on its day."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from collector.records import Price

TABLE = Path(__file__).with_name("prices.toml")


def load_prices(path: Path = TABLE) -> tuple[Price, ...]:
    """Return every price of the table; KeyError or ValueError where the table is wrong."""
    with path.open("rb") as file:
        table = tomllib.load(file)
    return tuple(_prices(table))


def _prices(table: dict[str, Any]) -> Iterator[Price]:
    for source in table["source"]:
        for row in source["price"]:
            since = row.get("since", source["since"])
            if not isinstance(since, date):
                raise ValueError(f"prices.toml: {row['model']}: a day is needed, not {since!r}")
            yield Price(
                model=row["model"],
                since=since,
                input=row["input"],
                output=row["output"],
                cache_write=row.get("cache_write", row["input"]),
                cache_write_1h=row.get("cache_write_1h", row.get("cache_write", row["input"])),
                cache_read=row.get("cache_read", row["input"]),
                source=source["name"],
            )
