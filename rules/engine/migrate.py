# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What version 2 wrote, brought to the form of version 3: fields become memories by name."""

from dataclasses import replace

from rules.detectors.falls import Rest
from rules.detectors.home import Days, Opened, Unused
from rules.detectors.stillness import Still
from rules.engine.engine import Engine
from rules.engine.state import State
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
    lit_s = engine.flat.limits.night_light.off_after_s
    memories = {
        "no_first_movement": Still(look_at=dues[Due.MORNING]),
        "not_seen": old.waiting,
        "inactivity": Still(look_at=dues[Due.INACTIVITY]),
        "possible_fall": Rest(silence_at=silence_at, stay=old.stay),
        "bed_exit": old.out_of_bed,
        "door_at_night": old.out_of_door,
        "stove_unattended": old.stove,
        "heat": old.climate,
        "radio_down": old.technical.radios,
        "clock_untrusted": old.technical.clock,
        "kitchen_unused": Unused(kitchen=old.kitchen, look_at=dues[Due.KITCHEN]),
        # Its deadline was moved on without its memory: here the memory is what the deadline says.
        "night_light": replace(
            old.night_light,
            moved_at=max(old.night_light.moved_at, dues[Due.NIGHT_LIGHT] - lit_s),
        )
        if old.night_light.on
        else old.night_light,
        "water_running": old.taps,
        "medication_drawer": Opened(drawer=old.drawer, look_at=dues[Due.DRAWER]),
        "habits": Days(habits=old.habits, look_at=dues[Due.DAY]),
        "battery_low": old.low_batteries,
    }
    resting = {engine._names.get(name, name): until for name, until in old.resting.items()}
    whole = tuple(
        memories.get(one.name, one.begin() if one.name not in memories else None)
        for one in engine.table
    )
    return engine._whole(
        now, whole, Incidents(old.journal, old.incidents, old.register, old.ledger), resting
    )
