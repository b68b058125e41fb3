# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything whose behaviour is recorded, by name: scenarios, stories, replays, simulated days, homes of a data folder."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.traces.neutral import ABOUT, Neutral, Row
from tests.traces.seams import SHOWCASE_FLAT, day, play, pool_of, scenarios

ROOT: Final = Path(__file__).parents[2]
MONTH: Final = ROOT / "tests" / "data" / "synthetic_month.csv.gz"
SEEDS: Final = range(1, 21)
PROCESSES: Final = 2
# The month is quiet as shipped; with these the same days give hundreds of questions and alerts.
IMPATIENT: Final = (
    *(
        "inactivity.limit_s=2400",
        "inactivity.night_limit_s=14400",
        "no_first_movement.latest_s=25200",
    ),
    *(
        "possible_fall.silence_s=120",
        "possible_fall.stay_day_s=600",
        "possible_fall.stay_night_s=480",
    ),
    *("bed_exit.after_s=240", "kitchen_unused.remind_s=7200", "kitchen_unused.page_s=10800"),
)
# Of a story: real time, names that radio and hub count on, wall clocks (each story begins today).
NOT_OF_THE_STORY: Final = {"wall_ms", "received_ms", "wall_s", "seq", "frame", "press", "since_s"}

type Item = tuple[str, list[Row]]


def items(only: tuple[str, ...] = (), data: Path | None = None) -> Iterator[Item]:
    """Play everything that is wanted and yield it by name.

    Args:
        only: names, or beginnings of names up to a slash; nothing means all.
        data: folder with recorded homes.
    """
    wanted = partial(_wanted, only=only)
    single: dict[str, Callable[[], list[Row]]] = {}
    for path in scenarios():
        single[f"scenario/{path.stem}"] = partial(_scenario, path)
    names = _stories()
    for path in scenarios():
        if path.stem in names:
            single[f"scenario/{path.stem}@showcase"] = partial(_scenario, path, SHOWCASE_FLAT)
    recordings = {"replay/month": MONTH}
    for path in () if data is None else sorted(data.glob("*.csv.gz")):
        if "_activities" not in path.name:
            recordings[f"home/{path.name.removesuffix('.csv.gz')}"] = path
    for name, path in recordings.items():
        single[name] = partial(_replay, path)
        single[f"{name}@impatient"] = partial(_replay, path, IMPATIENT)
    single |= {f"story/{name}": partial(_story, name) for name in names}
    for name, made in single.items():
        if wanted(name):
            yield name, made()
    seeds = [seed for seed in SEEDS if wanted(f"seed/{seed}")]
    if seeds:
        with pool_of(PROCESSES) as pool:
            for seed, rows in zip(seeds, pool.map(day, seeds), strict=True):
                yield f"seed/{seed}", rows


def _wanted(name: str, *, only: tuple[str, ...]) -> bool:
    return not only or any(name == one or name.startswith((f"{one}/", f"{one}@")) for one in only)


def _scenario(path: Path, *flat: Path) -> list[Row]:
    """Return a transcript as its own test computes it."""
    neutral = Neutral()
    lines = [json.loads(text) for text in play(path.read_text(), *flat).splitlines()]
    return [neutral({"what": _word(line), **line}) for line in lines]


def _word(line: Row) -> str:
    return next(key for key in line if key != "at")


def _tohuus(*words: str) -> list[Row]:
    """Run the command line; return the objects it printed, whatever it ends with."""
    done = subprocess.run(
        [sys.executable, "-m", "tohuus", *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    return found or [{"type": "failed", "code": done.returncode, "said": done.stderr[-500:]}]


def _replay(path: Path, limits: tuple[str, ...] = ()) -> list[Row]:
    """Return every question and alert of a recorded home, without its sentence, and the summary without its speed."""
    neutral = Neutral()
    rows = _tohuus("replay", str(path), "--json", *(f"--set={limit}" for limit in limits))
    for row in rows:
        row.pop("reason", None)
        row.pop("events_per_s", None)
    return [neutral({"what": row.pop("type"), **row}) for row in rows]


# --- stories


def _stories() -> list[str]:
    listed = subprocess.run(
        [sys.executable, "-m", "tohuus", "demo", "--list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [text.split()[0] for text in listed.stdout.splitlines()]


def _story(name: str) -> list[Row]:
    """Play one story with its real processes; what its real clocks measured is `about`."""
    neutral = Neutral()
    rows = _tohuus("demo", "--story", name, "--once", "--json")
    axis = next((row["event"]["at"] for row in rows if row.get("hop") == "journaled"), 0.0)
    made = []
    for row in rows:
        measured: dict[str, float] = {}
        kept = _told(row, axis, measured, ())
        word = kept.pop("hop", "summary" if "summary" in kept else "failed")
        made.append(neutral({"what": word, **kept, ABOUT: measured}))
    return made


def _told(part: Row, axis: float, measured: dict[str, float], path: tuple[str, ...]) -> Row:
    """Leave out what no two runs share, and move what clocks measured to `measured`."""
    kept: Row = {}
    for key, value in part.items():
        at = (*path, key)
        if key in NOT_OF_THE_STORY or key.endswith("utc_s"):
            continue
        if key == "evidence":
            kept[key] = f"{len(value)} rows"
        elif isinstance(value, float):
            on_axis = key in {"answer_by", "since"} or at == ("event", "at")
            measured[".".join(at)] = value - axis if on_axis else value
        elif isinstance(value, dict):
            kept[key] = _told(value, axis, measured, at)
        elif isinstance(value, list):
            kept[key] = [_entry(one, axis, measured, (*at, str(n))) for n, one in enumerate(value)]
        else:
            kept[key] = value
    return kept


def _entry(one: Any, axis: float, measured: dict[str, float], path: tuple[str, ...]) -> Any:
    return _told(one, axis, measured, path) if isinstance(one, dict) else one
