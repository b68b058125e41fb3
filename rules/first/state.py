# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""All memories of the rules: versioned, written as JSON, read back bit-equal."""

import json
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from rules.first.bathroom import Stay
from rules.first.climate import Climate
from rules.first.drawer import Drawer
from rules.first.habits import Habits
from rules.first.help_call import Presses
from rules.first.kitchen import Kitchen
from rules.first.night import OutOfBed, OutOfDoor
from rules.first.night_light import NightLight
from rules.first.not_seen import Waiting
from rules.first.stove import Stove
from rules.first.technical import Technical
from rules.first.water import Running
from rules.model import codec
from rules.model.consent import Register
from rules.model.events import ConsentChanged
from rules.model.identity import DeviceId, IncidentId, JournalId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from rules.situation.activity import Signs
from rules.situation.coverage import Coverage
from rules.situation.presence import Presence
from rules.situation.private_time import Pause
from rules.situation.wall_clock import Wall

VERSION: Final = 2
"""Version of the written form; raise it with every change that an older one cannot be read as."""
NO_ROW: Final = Seq(0)
LEDGER_KEPT: Final = 200
"""Entries of the consent ledger kept in memory; the journal holds all."""
TAPS_KEPT: Final = 50
"""Shared notes kept in memory: more are never open at a time."""


class Due(IntEnum):
    """The deadlines, in the order in which equal ones fire."""

    PAUSE = 0
    PRESENCE = 1
    STUCK = 2
    MORNING = 3
    NOT_SEEN = 4
    INACTIVITY = 5
    SILENCE = 6
    STAY = 7
    BED = 8
    DOOR = 9
    STOVE = 10
    CLIMATE = 11
    TECHNICAL = 12
    INCIDENTS = 13
    NIGHT_LIGHT = 14
    KITCHEN = 15
    WATER = 16
    DRAWER = 17
    DAY = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything the rules remember. Equal states behave equally.

    Attributes:
        journal: the journal the incidents are named after.
        now: axis time of the last fact.
        seq: its row; 0 before the first.
        booted: a hub start was seen (the first one proves no gap).
        screen: a panel is paired on which she can read and answer.
        dues: next time of each deadline, by `Due`; a due time may be early, never late.
        resting: deadlines that broke, by name, and until when each is left alone.
    """

    journal: JournalId
    now: Seconds = 0.0
    seq: Seq = NO_ROW
    booted: bool = False
    screen: bool = False
    wall: Wall = field(default_factory=Wall)
    register: Register = field(default_factory=Register)
    ledger: tuple[ConsentChanged, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    pause: Pause | None = None
    presence: Presence = field(default_factory=Presence)
    signs: Signs = field(default_factory=Signs)
    moving_rows: dict[DeviceId, Seq] = field(default_factory=dict)
    in_bed: frozenset[DeviceId] = frozenset()
    stay: Stay = field(default_factory=Stay)
    waiting: Waiting | None = None
    out_of_bed: OutOfBed | None = None
    out_of_door: OutOfDoor | None = None
    stove: Stove = field(default_factory=Stove)
    climate: Climate = field(default_factory=Climate)
    kitchen: Kitchen = field(default_factory=Kitchen)
    taps: dict[DeviceId, Running] = field(default_factory=dict)
    drawer: Drawer = field(default_factory=Drawer)
    habits: Habits = field(default_factory=Habits)
    night_light: NightLight = field(default_factory=NightLight)
    technical: Technical = field(default_factory=Technical)
    low_batteries: frozenset[DeviceId] = frozenset()
    presses: Presses = field(default_factory=Presses)
    incidents: dict[IncidentId, Incident] = field(default_factory=dict)
    dues: tuple[Seconds, ...] = (NEVER,) * len(Due)
    resting: dict[str, Seconds] = field(default_factory=dict)


class StateError(ValueError):
    """A written state cannot be read.

    Attributes:
        fault: what was found.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def dump(state: State) -> bytes:
    """Write a state as JSON: equal histories give equal bytes.

    The order of dictionaries is kept: incidents are worked through in the order they opened.
    """
    body = {"version": VERSION, "state": codec.encode(state)}
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def load(written: bytes) -> State:
    """Read a state back; `dump(load(x)) == x`.

    Raises:
        StateError: not written by this version; the hub then replays its journal from the start.
    """
    try:
        body = json.loads(written)
        if body["version"] == 1:
            _bring_up(body["state"])
        elif body["version"] != VERSION:
            raise StateError(f"version {body['version']}, expected {VERSION}")
        return codec.decode(State, body["state"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, StateError):
            raise
        raise StateError(repr(error)) from error


def _bring_up(plain: Any) -> None:
    """Bring what version 1 wrote to the form of today.

    A replay of years could not: ordinary rows are kept two weeks, and without them what ended then
    would be open again.
    """
    plain["dues"] += [NEVER] * (len(Due) - len(plain["dues"]))
    if plain["pause"] is not None:
        plain["pause"]["row"] = plain["seq"]
    for incident in plain["incidents"].values():
        incident["called"] = incident["revision"]
