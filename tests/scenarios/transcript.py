# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A scenario is a transcript: what happened (`in`) and what the rules made of it (everything else), line by line.

`python -m tests.scenarios.transcript FILE...` plays the `in` lines anew and writes the rest; look at the difference before
you commit it. The first line names the scenario, the local time it begins at, limits, and what was agreed.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

from rules.model import effects as ef
from rules.model import events as ev
from rules.model.events import DeviceEvent, Event, HubEvent, ResidentEvent, ServiceEvent
from rules.model.verdict import Blind
from tests.rules.home import TEST_FLAT, Home, demo_apartment

HERE = Path(__file__).parent
DAY = datetime(2026, 1, 14)
EVENTS: dict[str, type] = {
    kind.__name__: kind
    for union in (DeviceEvent, HubEvent, ResidentEvent, ServiceEvent)
    for kind in get_args(union.__value__)
}


def scenarios() -> list[Path]:
    return sorted(HERE.glob("*.jsonl"))


def seconds(text: str) -> float:
    return (datetime.fromisoformat(text) - DAY).total_seconds()


def clock(at: float) -> str:
    moment = DAY + timedelta(seconds=round(at, 3))
    return moment.isoformat(timespec="milliseconds").removesuffix(".000")


def play(text: str, flat: Path = TEST_FLAT) -> str:
    """Play the `in` lines of a transcript and return it with everything else made anew."""
    lines = [json.loads(line) for line in text.splitlines()]
    head, happened = lines[0], [line for line in lines[1:] if "in" in line]
    home = Home(
        apartment=demo_apartment(flat),
        hour=seconds(head["begins"]) / 3600,
        consents=head.get("consents", True),
        agreement=head.get("agreement", True),
        limits=head.get("limits"),
    )
    out = [head]

    def wake(until: float) -> None:
        while home.next_due is not None and home.next_due <= until:
            due = max(home.next_due, home.at)
            said = home(ev.Tick(at=due))
            out.extend({"at": clock(due), **told(effect)} for effect in said)

    for line in happened:
        at = seconds(line["at"])
        if line["in"] != "Booted":
            wake(at)
        event = made(line, at)
        home.trusted = line.get("clock_trusted", home.trusted)
        out.append(line)
        out.extend({"at": clock(at), **told(effect)} for effect in home(event))
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in out)


def made(line: dict, at: float) -> Event:
    parts = {name: part for name, part in line.items() if name not in {"at", "in"}}
    for name in ("until", "answer_by"):
        if name in parts:
            parts[name] = seconds(parts[name])
    return EVENTS[line["in"]](at=at, **parts)


def blind(spots: tuple[Blind, ...]) -> list[str]:
    return sorted({f"{spot.room or 'flat'}:{spot.why}" for spot in spots})


def told(effect: ef.Effect) -> dict:
    match effect:
        case ef.Concluded(verdict=verdict):
            said = {"verdict": verdict.kind, "room": verdict.room, "evidence": verdict.evidence}
            said |= {"true_at": clock(verdict.at), "blind": blind(verdict.blind)}
            detail = {name: part for name, part in verdict.detail.items() if "utc" not in name}
            return said | {"detail": detail}
        case ef.Ask():
            return {"ask": effect.kind, "room": effect.room, "until": clock(effect.answer_by)}
        case ef.AskEnded():
            return {"ask_ended": effect.outcome}
        case ef.Send(message=message):
            said = {"send": message.kind, "priority": message.priority, "phase": message.phase}
            said |= {"room": message.room, "basis": message.need.basis, "count": message.count}
            said |= {"evidence": message.evidence, "blind": blind(message.blind)}
            return said | ({"late": True} if message.late else {})
        case ef.Withheld():
            return {"withheld": effect.need.basis, "purpose": effect.need.purpose}
        case ef.Switch():
            return {"switch": effect.device, "on": effect.on, "why": effect.why}
        case ef.Tell():
            return {"tell": effect.key, "room": effect.room}
        case ef.IncidentClosed():
            return {"closed": effect.reason}
        case ef.Purge():
            return {"purge": effect.need.basis, "purpose": effect.need.purpose}
    raise AssertionError(effect)


def main(names: list[str]) -> None:
    for path in [Path(name) for name in names] or scenarios():
        path.write_text(play(path.read_text()))
        print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
