# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What version 2 wrote, brought to the form of version 3: fields become memories by name."""

from typing import Any

from rules.engine.engine import Engine
from rules.engine.state import State, read
from rules.first import codec
from rules.first.state import Due
from rules.first.state import State as Old
from rules.incidents.lifecycle import Incidents
from rules.model.quantities import NEVER
from rules.situation.situation import Situation


def brought_up(old: Old, engine: Engine) -> State:
    dues, last = old.dues, old.signs.last
    silence_at = dues[Due.SILENCE]
    silence_s = engine.flat.limits.possible_fall.silence_s
    now = Situation(
        at=old.now,
        seq=old.seq,
        late=False,
        apartment=engine.flat.apartment,
        limits=engine.flat.limits,
        wall=old.wall,
        pause=old.pause,
        presence=old.presence,
        signs=old.signs,
        coverage=old.coverage,
        moving_rows=old.moving_rows,
        stuck_look=dues[Due.STUCK],
        presses=old.presses,
        in_bed=old.in_bed,
        screen=old.screen,
        booted=old.booted,
        open=old.incidents,
        quiet_at=silence_at - silence_s
        if silence_at < NEVER
        else (None if last is None else last.at),
    )
    taps = codec.encode(old.taps)
    spells = codec.encode(old.climate)["spells"]
    radios = codec.encode(old.technical.radios)
    light = codec.encode(old.night_light)
    if old.night_light.on:
        # Its deadline was moved on without its memory: here the memory is what the deadline says.
        lit_at = dues[Due.NIGHT_LIGHT] - engine.flat.limits.night_light.off_after_s
        light["moved_at"] = max(old.night_light.moved_at, lit_at)
    plain = {
        "no_first_movement": {"look_at": dues[Due.MORNING]},
        "not_seen": codec.encode(old.waiting),
        "inactivity": {"look_at": dues[Due.INACTIVITY]},
        "possible_fall": {"silence_at": silence_at, "stay": codec.encode(old.stay)},
        "bed_exit": codec.encode(old.out_of_bed),
        "door_at_night": codec.encode(old.out_of_door),
        "stove_unattended": codec.encode(old.stove),
        "heat": {"by_device": {key: _bare(one) for key, one in spells.items() if one["hot"]}},
        "cold": {"by_device": {key: _bare(one) for key, one in spells.items() if not one["hot"]}},
        "radio_down": {"by_source": radios},
        "clock_untrusted": codec.encode(old.technical.clock),
        "kitchen_unused": {"kitchen": codec.encode(old.kitchen), "look_at": dues[Due.KITCHEN]},
        "night_light": light,
        "water_running": {"running": taps},
        "medication_drawer": {"drawer": codec.encode(old.drawer), "look_at": dues[Due.DRAWER]},
        "habits": {"habits": codec.encode(old.habits), "look_at": dues[Due.DAY]},
        "battery_low": {"told": codec.encode(old.low_batteries)},
    }
    resting = {engine._names.get(name, name): until for name, until in old.resting.items()}
    whole = tuple(
        read(one.memory, plain[one.name]) if one.name in plain else one.begin()
        for one in engine.table
    )
    return engine._whole(
        now, whole, Incidents(old.journal, old.incidents, old.register, old.ledger), resting
    )


def _bare(spell: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spell.items() if key != "hot"}
