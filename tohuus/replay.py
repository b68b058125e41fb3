# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A recorded home through the shipped rules: every question and alert, with its evidence."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.engine.state import State
from rules.model import events as ev
from rules.model.apartment import Apartment, Device, Role
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.effects import Ask, Concluded, IncidentPhase, Send
from rules.model.flat import Flat
from rules.model.identity import DeviceId, IncidentId, JournalId, Seconds, Seq
from rules.model.limits import LimitError, Limits, with_limit
from rules.model.verdict import Blind, Verdict
from tohuus.recording import MapError, Reading, Recording, RecordingError, read

if TYPE_CHECKING:
    from datetime import datetime

JOURNAL: Final = JournalId("replay")
LANGUAGES: Final = ("da", "de", "en")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `tohuus replay`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="recording: .csv, .csv.gz or a log")
    parser.add_argument("--map", type=Path, metavar="FILE", help="TOML: sensor -> role, room")
    parser.add_argument("--tz", default="Europe/Berlin", help="zone of the recording's local time")
    parser.add_argument(
        "--set", action="append", default=[], metavar="RULE.KEY=VALUE", help="set a limit"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="of the reasons")
    parser.add_argument("--json", action="store_true", help="one object a line, last a summary")


def run(args: argparse.Namespace) -> int:
    """Replay a recording and print what the rules would have asked and sent.

    Nobody answers a question but by moving; consents and agreement are given, so that pages are
    decided.

    Returns:
        0 done, 2 the file, map, zone or a limit cannot be used.
    """
    began = _started()
    if "_activities" in args.file.name:
        return _wrong(f"{args.file}: labels of activities are not replayed")
    try:
        limits = _limits(args.set)
        sensors = None if args.map is None else _map(args.map)
        recording = read(args.file, sensors)
        zone = _zone(args.tz, recording.edges[0][0], recording.edges[-1][0])
    except RecordingError as error:
        return _wrong(f"{args.file}: {error}")
    except MapError as error:
        return _wrong(f"{args.map}: {error}")
    except LimitError as error:
        return _wrong(f"--set {error.key}: expected {error.expected}")
    except OSError as error:
        return _wrong(f"{error.filename or args.file}: {error.strerror}")
    except _WrongUse as error:
        return _wrong(str(error))
    apartment = replace(recording.apartment, utc_offsets=zone)
    # Every record lives for one edge: the collector of cycles finds nothing and costs a tenth.
    collected = gc.isenabled()
    gc.disable()
    printer = _Printer(apartment, recording, language=args.lang, as_json=args.json)
    state = _replay(recording, Engine(Flat(apartment=apartment, limits=limits)), printer)
    assert state.situation.seq >= len(recording.edges)
    if collected:
        gc.enable()
    printer.summary(seconds=time.monotonic() - began)
    return 0


class _WrongUse(Exception):
    pass


def _wrong(sentence_: str) -> int:
    sys.stderr.write(f"tohuus replay: {sentence_}\n")
    return 2


def _started() -> Seconds:
    """Return the monotonic second this process began: imports belong to the whole command."""
    now = time.monotonic()
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        uptime_s = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        import os

        age_s = uptime_s - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return now
    return now - max(age_s, 0.0)


def _limits(settings: list[str]) -> Limits:
    # A recording's rows tell edges, not what lay between: "on" for hours is no stuck sensor there.
    limits = with_limit(SHIPPED, "stuck_on.after_s", 1e9)
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise LimitError(setting, "rule.key=value")
        limits = with_limit(limits, key.strip(), value)
    return limits


def _map(path: Path) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MapError("-", f"TOML ({error})") from error


def _zone(name: str, first: Seconds, last: Seconds) -> tuple[tuple[Seconds, Seconds], ...]:
    """Return the steps of local time between the first and last local second."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _WrongUse(f"--tz {name}: expected a time zone such as Europe/Berlin") from error

    def offset(utc_s: Seconds) -> Seconds:
        moment = datetime.fromtimestamp(utc_s, UTC).astimezone(zone).utcoffset()
        assert moment is not None
        return moment.total_seconds()

    begin_s = first - 2 * 86400.0
    steps = [(begin_s, offset(begin_s))]
    hour = begin_s - begin_s % 3600.0
    while hour < last + 2 * 86400.0:
        # Clocks change at full hours of UTC in every zone of today; a step costs a microsecond.
        hour += 3600.0
        if offset(hour) != steps[-1][1]:
            steps.append((hour, offset(hour)))
    return tuple(steps)


def _utc(steps: tuple[tuple[Seconds, Seconds], ...], local_s: Seconds) -> Seconds:
    """Return wall seconds of a naive local time; the hour that comes twice is the first one."""
    utc_s = local_s - steps[0][1]
    for since, offset in steps[1:]:
        if local_s - offset < since:
            break
        utc_s = max(local_s - offset, since)
    return utc_s


type _Make = Callable[[DeviceId, Seconds, Reading], ev.Event]


def _making(device: Device) -> _Make:
    """Return how a reading of this sensor becomes an event."""
    match device.role:
        case Role.HELP:
            return lambda name, at, reading: (
                ev.HelpPressed(device=name, at=at, press=f"{at}")
                if reading is True
                else ev.DeviceHeard(device=name, at=at)
            )
        case Role.STOVE:
            return lambda name, at, reading: ev.PowerMeasured(
                device=name, at=at, power_w=float(reading)
            )
        case Role.TEMPERATURE:
            return lambda name, at, reading: ev.TemperatureMeasured(
                device=name, at=at, temperature_c=float(reading)
            )
        case Role.FRONT_DOOR | Role.DOOR:
            return lambda name, at, reading: (
                ev.DoorOpened(device=name, at=at) if reading else ev.DoorClosed(device=name, at=at)
            )
        case Role.BED | Role.CHAIR:
            return lambda name, at, reading: (
                ev.SeatTaken(device=name, at=at) if reading else ev.SeatLeft(device=name, at=at)
            )
        case Role.MOTION:
            return lambda name, at, reading: (
                ev.Motion(device=name, at=at) if reading else ev.MotionEnded(device=name, at=at)
            )
        case _:
            return lambda name, at, reading: ev.ItemUsed(device=name, at=at, active=bool(reading))


def _set_up(at: Seconds, apartment: Apartment) -> Iterator[ev.Event]:
    """Yield what came before: a running hub, agreed and consented, all sensors heard."""
    yield ev.Booted(at=at, gap_s=None, clock_trusted=True)
    yield ev.ScreenChanged(at=at, live=True)
    yield ev.AgreementChanged(at=at, live=True)
    for purpose in Purpose:
        yield ev.ConsentChanged(
            at=at, purpose=purpose, recipient=Recipient.CARE_TEAM, state=ConsentState.GIVEN
        )
    for device in apartment.devices:
        yield ev.DeviceHeard(device=device.id, at=at)


def _replay(recording: Recording, engine: Engine, printer: "_Printer") -> State:
    flat, advance = engine.flat, engine.advance
    zone = flat.apartment.utc_offsets
    make = {device.id: _making(device) for device in flat.apartment.devices}
    zero = _utc(zone, recording.edges[0][0])
    printer.zero_utc_s = zero
    state = engine.begin(JOURNAL)
    for event in _set_up(0.0, flat.apartment):
        seq = Seq(state.situation.seq + 1)
        state = advance(state, ev.Fact(seq=seq, utc_s=zero, event=event)).state
    seq = state.situation.seq
    at = 0.0
    due: Seconds | None = None
    rows = printer.rows
    for number, (local_s, _, device, reading) in enumerate(recording.edges):
        # In the hour that a clock repeats or skips, the axis waits; it never runs back.
        at = max(_utc(zone, local_s) - zero, at)
        while due is not None and due <= at:
            # Time passes between two edges: deadlines wake the rules, as in a running flat.
            seq = Seq(seq + 1)
            tick = ev.Fact(seq=seq, utc_s=zero + due, event=ev.Tick(at=due))
            step = advance(state, tick)
            for effect in step.effects:
                printer.show(effect, due)
            state, due = step.state, step.next_due
        seq = Seq(seq + 1)
        event = make[device](device, at, reading)
        step = advance(state, ev.Fact(seq=seq, utc_s=zero + at, event=event))
        state, due = step.state, step.next_due
        rows[seq] = number
        if step.effects:
            for effect in step.effects:
                printer.show(effect, at)
    return state


class _Printer:
    """Writes what came out: a line for each question and each alert."""

    def __init__(
        self, apartment: Apartment, recording: Recording, *, language: str, as_json: bool
    ) -> None:
        self._apartment = apartment
        self._recording = recording
        self._language = language
        self._json = as_json
        self._verdicts: dict[IncidentId, Verdict] = {}
        self._paged: dict[IncidentId, Verdict] = {}
        self._prompts = 0
        self._alerts = 0
        self.rows: dict[int, int] = {}
        """Journal row -> number of the edge; rows of ticks and of the set-up are no edges."""
        self.zero_utc_s: Seconds = 0.0

    def show(self, effect: object, at: Seconds) -> None:
        """Print a question or an alert; other effects belong to a running flat.

        A question said again and an alert whose priority rises are lines of their own kind: they
        are the same question and the same alert.
        """
        if isinstance(effect, Concluded):
            self._verdicts[effect.incident] = effect.verdict
        elif isinstance(effect, Ask):
            verdict = self._verdicts[effect.incident]
            asked: dict[str, str | int] = {"attempt": effect.attempt}
            asked["answer_by"] = self._local(effect.answer_by)
            what = "prompt" if effect.attempt == 1 else "prompt_again"
            self._prompts += effect.attempt == 1
            self._line(what, verdict, effect.incident, at, asked)
        elif isinstance(effect, Send) and effect.message.phase is not IncidentPhase.CLOSED:
            message = effect.message
            verdict = self._verdicts[message.incident]
            raised = self._paged.get(message.incident) is verdict
            self._paged[message.incident] = verdict
            self._alerts += not raised
            sent = {
                "priority": message.priority.value,
                "revision": message.revision,
                "basis": message.need.basis.value,
                "message": message.id,
            }
            self._line("alert_raised" if raised else "alert", verdict, message.incident, at, sent)

    def _line(
        self,
        what: str,
        verdict: Verdict,
        incident: IncidentId,
        at: Seconds,
        more: dict[str, str | int],
    ) -> None:
        evidence = [self._edge(seq) for seq in verdict.evidence if seq in self.rows]
        line = {
            "type": what,
            "at": self._local(at),
            "kind": verdict.kind,
            "room": verdict.room,
            "reason": self._reason(verdict),
            "evidence": evidence,
            "blind": [self._blind(spot) for spot in verdict.blind],
            "incident": incident,
            **more,
        }
        if self._json:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            rows = ", ".join(f"line {edge['line']}" for edge in evidence)
            sys.stdout.write(f"{line['at']}  {what:12}  {line['reason']}  ({rows})\n")

    def _reason(self, verdict: Verdict) -> str:
        """Say what was concluded, where and why, in the words of the carers' pages."""
        from design.wording import shipped

        language, detail = self._language, verdict.detail
        said = shipped().verdict(verdict.kind, detail, language=language)
        room = self._apartment.rooms_by_id.get(verdict.room) if verdict.room else None
        title = f"{said.title} ({room.name})." if room else f"{said.title}."
        seen = None
        if "seen_utc_s" in detail:
            at = _moment(self._apartment.local_s(float(detail["seen_utc_s"])))
            seen = shipped().name("circumstances", "seen", {"at": at}, language=language)
        whole = " ".join(one for one in (title, said.reason, said.advice, seen) if one)
        # A line of text keeps plain spaces: which ones must not break is a matter of pages.
        return whole.replace("\u00a0", " ")

    def _edge(self, seq: Seq) -> dict[str, str | float]:
        number = self.rows[seq]
        local_s, line, device, reading = self._recording.edges[number]
        return {
            "edge": number + 1,
            "line": line,
            "sensor": device,
            "reading": reading,
            "at": _text(local_s),
        }

    def _blind(self, spot: Blind) -> dict[str, str | None]:
        return {
            "room": spot.room,
            "device": spot.device,
            "why": spot.why,
            "since": self._local(spot.since),
        }

    def _local(self, at: Seconds) -> str:
        return _text(self._apartment.local_s(self.zero_utc_s + at))

    def summary(self, *, seconds: Seconds) -> None:
        """Print the last line; edges are events, ticks and set-up are not."""
        edges = self._recording.edges
        line: dict[str, str | float] = {
            "type": "summary",
            "events": len(edges),
            "days": round((edges[-1][0] - edges[0][0]) / 86400.0, 2),
            "prompts": self._prompts,
            "alerts": self._alerts,
            "events_per_s": round(len(edges) / seconds, 1),
        }
        if self._recording.unmapped:
            line["unmapped_lines"] = self._recording.unmapped
        if self._json:
            sys.stdout.write(json.dumps(line) + "\n")
        else:
            words = ", ".join(f"{value} {name}" for name, value in line.items() if name != "type")
            sys.stdout.write(words + "\n")


def _text(local_s: Seconds) -> str:
    return _moment(local_s).isoformat()


def _moment(local_s: Seconds) -> "datetime":
    from datetime import datetime, timedelta

    # Naive local time, as it was recorded.
    return datetime(1970, 1, 1) + timedelta(seconds=round(local_s))  # noqa: DTZ001 - naive as recorded
