# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flat whose day is told in local hours: events go in, effects come out, every deadline is woken at its time."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.model import events as ev
from rules.model.apartment import Apartment, Role
from rules.model.apartment_file import parse
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.effects import Ask, AskEnded, Concluded, Effect, Send, Switch, Tell, Withheld
from rules.model.events import Event, Fact
from rules.model.flat import Flat
from rules.model.identity import DeviceId, IncidentId, JournalId, Seq
from rules.model.incident import Incident
from rules.model.limits import with_limit
from rules.situation.situation import Situation

ROOT = Path(__file__).parents[2]
# 2026-01-14 00:00 in Berlin (UTC+1): a Wednesday in winter.
MIDNIGHT_UTC_S = 1768345200.0
BERLIN_S = 3600.0
JOURNAL = JournalId("journal-of-a-test")


TEST_FLAT = ROOT / "tests" / "data" / "flat.toml"
SHOWCASE_FLAT = ROOT / "showcase" / "apartment.toml"


def demo_apartment(path: Path = TEST_FLAT) -> Apartment:
    table = tomllib.loads(path.read_text())
    return replace(parse(table), utc_offsets=((0.0, BERLIN_S),))


class Home:
    """One flat from its first boot on; `at` is local seconds since the midnight before."""

    def __init__(
        self,
        *,
        apartment: Apartment | None = None,
        hour: float = 8.0,
        consents: bool = True,
        agreement: bool = True,
        limits: dict[str, float | str] | None = None,
        trusted: bool = True,
        heard: bool = True,
        boot: bool = True,
    ) -> None:
        chosen = SHIPPED
        for key, value in (limits or {}).items():
            chosen = with_limit(chosen, key, value)
        self.flat = Flat(apartment=apartment or demo_apartment(), limits=chosen)
        self.engine = Engine(self.flat)
        self.state = self.engine.begin(JOURNAL)
        self.seq = 0
        self.at = hour * 3600.0
        self.trusted = trusted
        self.effects: list[Effect] = []
        self.facts: list[Fact] = []
        self.next_due: float | None = None
        if boot:
            self(ev.Booted(at=self.at, gap_s=None, clock_trusted=trusted))
        if agreement:
            self(ev.AgreementChanged(at=self.at, live=True))
        if consents:
            for purpose in Purpose:
                self.consent(purpose)
        if heard:
            for device in self.flat.apartment.devices:
                self(ev.DeviceHeard(device=device.id, at=self.at))
        self.effects.clear()

    def __call__(self, event: Event) -> list[Effect]:
        self.seq += 1
        utc_s = MIDNIGHT_UTC_S + event.at if self.trusted else None
        fact = Fact(seq=Seq(self.seq), utc_s=utc_s, event=event)
        self.facts.append(fact)
        step = self.engine.advance(self.state, fact)
        assert self.engine.load(self.engine.dump(step.state)) == step.state
        self.state, self.next_due, self.at = step.state, step.next_due, event.at
        self.effects.extend(step.effects)
        return list(step.effects)

    # -- what is remembered ----------------------------------------------------------------------
    @property
    def now(self) -> Situation:
        return self.state.situation

    @property
    def open(self) -> Mapping[IncidentId, Incident]:
        return self.state.incidents.open

    def memory(self, detector: str) -> Any:
        return self.state.memories[self.engine.roster.names.index(detector)]

    def due(self, name: str) -> float:
        return self.state.dues[self.engine.roster.slots.index(name)]

    # -- time ------------------------------------------------------------------------------------
    def until(self, hour: float) -> list[Effect]:
        """Let time pass to a local hour, waking at each deadline as the hub does."""
        return self.wait(hour * 3600.0 - self.at)

    def wait(self, seconds: float) -> list[Effect]:
        end, out = self.at + seconds, []
        assert seconds >= 0
        while self.next_due is not None and self.next_due <= end:
            out += self(ev.Tick(at=max(self.next_due, self.at)))
        out += self(ev.Tick(at=end))
        return out

    # -- things that happen ----------------------------------------------------------------------
    def motion(self, room: str, hold_s: float = 60.0) -> list[Effect]:
        """A motion sensor fires and goes back to rest after `hold_s`; time passes meanwhile."""
        out = self.moves(room)
        out += self.wait(hold_s)
        return out + self(ev.MotionEnded(device=DeviceId(f"motion-{room}"), at=self.at))

    def moves(self, room: str) -> list[Effect]:
        return self(ev.Motion(device=DeviceId(f"motion-{room}"), at=self.at))

    def rests(self, room: str) -> list[Effect]:
        return self(ev.MotionEnded(device=DeviceId(f"motion-{room}"), at=self.at))

    def pull(self, device: str = "cord-bath", press: str | None = None) -> list[Effect]:
        press = press or f"press-{self.seq}"
        return self(ev.HelpPressed(device=DeviceId(device), at=self.at, press=press))

    def fine(self, device: str = "fine-living") -> list[Effect]:
        name = DeviceId(device)
        return self(ev.FinePressed(device=name, at=self.at, press=f"fine-{self.seq}"))

    def fall(self, device: str = "radar-bath") -> list[Effect]:
        return self(ev.FallSensed(device=DeviceId(device), at=self.at, press=f"fall-{self.seq}"))

    def power(self, watts: float) -> list[Effect]:
        name = DeviceId("stove-kitchen")
        return self(ev.PowerMeasured(device=name, at=self.at, power_w=watts))

    def leave(self) -> list[Effect]:
        out = self(ev.DoorOpened(device=DeviceId("door-front"), at=self.at))
        out += self.wait(5)
        return out + self(ev.DoorClosed(device=DeviceId("door-front"), at=self.at))

    def consent(self, purpose: Purpose, state: ConsentState = ConsentState.GIVEN) -> list[Effect]:
        team = Recipient.CARE_TEAM
        return self(ev.ConsentChanged(at=self.at, purpose=purpose, recipient=team, state=state))

    def dies(self, gap_s: float, *, trusted: bool = True, told: bool = True) -> list[Effect]:
        """The hub is off for `gap_s`; the axis moves on only when the clock could measure it."""
        self.trusted = trusted
        at = self.at + (gap_s if told else 0.0)
        gap = gap_s if told else None
        return self(ev.Booted(at=at, gap_s=gap, clock_trusted=trusted))

    # -- what came of it -------------------------------------------------------------------------
    def sent(self) -> list[Send]:
        return [effect for effect in self.effects if isinstance(effect, Send)]

    def withheld(self) -> list[Withheld]:
        return [effect for effect in self.effects if isinstance(effect, Withheld)]

    def asked(self) -> list[Ask]:
        return [effect for effect in self.effects if isinstance(effect, Ask)]

    def ended(self) -> list[AskEnded]:
        return [effect for effect in self.effects if isinstance(effect, AskEnded)]

    def switched(self) -> list[Switch]:
        return [effect for effect in self.effects if isinstance(effect, Switch)]

    def told(self) -> list[Tell]:
        return [effect for effect in self.effects if isinstance(effect, Tell)]

    def concluded(self) -> list[Concluded]:
        return [effect for effect in self.effects if isinstance(effect, Concluded)]

    def kinds(self) -> list[str]:
        return [effect.verdict.kind for effect in self.concluded()]


def without(apartment: Apartment, *roles: Role) -> Apartment:
    left = tuple(device for device in apartment.devices if device.role not in roles)
    return replace(apartment, devices=left)
