"""The store as open data: each table as a JSON and a CSV file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from sqlite_utils import Database

from bot.law.schema import SCHEMA


def export(law_db: Path, folder: Path) -> list[Path]:
    """Write every table of ``law_db`` into ``folder``; returns the files written."""
    db = Database(law_db)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in SCHEMA:
        rows = list(db[table].rows)
        as_json, as_csv = folder / f"{table}.json", folder / f"{table}.csv"
        as_json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        with open(as_csv, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(SCHEMA[table][0]))
            writer.writeheader()
            writer.writerows({key: row.get(key) for key in SCHEMA[table][0]} for row in rows)
        written += [as_json, as_csv]
    db.close()
    return written
