# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.traces record|compare`: write down how the system behaves, or compare it with what was written down."""

import argparse
import json
import sys
from pathlib import Path

from tests.traces.compare import difference
from tests.traces.items import ROOT, items
from tests.traces.neutral import Row, digest, read, write

KEPT = ROOT / "tests" / "data" / "traces"
# On a busy machine the showcase may move its clock on before the word of a page has come.
TRIES = 3
FULL, DIGESTS = KEPT / "traces.jsonl.gz", KEPT / "digests.json"


def main(words: list[str] | None = None) -> int:
    """Record or compare; 0 done or equal, 1 when anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.traces", description=__doc__)
    parser.add_argument("verb", choices=("record", "compare"))
    parser.add_argument("--out", type=Path, help="write what is played to this file (.gz: packed)")
    parser.add_argument("--data", type=Path, help="folder of recorded homes, replayed as well")
    parser.add_argument("--only", nargs="+", default=[], help="seed, story, seed/7 ...")
    parser.add_argument("--against", type=Path, default=FULL, help="compare with this recording")
    parser.add_argument("--digests", type=Path, help="record: write hashes and counts here")
    given = parser.parse_args(words)
    if given.verb == "record" and given.out is None:
        parser.error("record needs --out FILE")
    recorded = read(given.against) if given.verb == "compare" else {}
    played: dict[str, list[Row]] = {}
    differing = 0
    for name, rows in items(tuple(given.only), given.data):
        played[name], said = rows, None
        if given.verb == "compare":
            played[name], said = _compared(name, recorded.get(name), rows)
        differing += said is not None
        print(said or f"{name}: {len(rows)} rows", flush=True)
    if given.out is not None:
        write(given.out, played)
    if given.digests is not None:
        found = {name: digest(rows) for name, rows in played.items()}
        given.digests.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    if given.verb == "compare":
        print(f"{len(played)} compared, {differing} differ")
    return 1 if differing or not played else 0


def _compared(
    name: str, recorded: list[Row] | None, rows: list[Row]
) -> tuple[list[Row], str | None]:
    """Return what was played last, and how it differs; a story of real processes gets more than one try."""
    said = difference(name, recorded, rows)
    for _ in range(TRIES - 1):
        if said is None or recorded is None or not name.startswith("story/"):
            break
        print(f"{name}: played again, {said.splitlines()[0].partition(': ')[2]}", flush=True)
        rows = dict(items((name,)))[name]
        said = difference(name, recorded, rows)
    return rows, said


if __name__ == "__main__":
    sys.exit(main())
