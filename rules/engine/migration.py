# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What versions 1 and 2 of the state wrote, brought up to the form of version 3.

A replay of years could not: ordinary rows are kept two weeks, and without them what ended then
would be open again.
"""

from collections.abc import Callable
from typing import Any, Final

from rules.detectors.night_light import NightLightLimits
from rules.detectors.possible_fall import PossibleFallLimits
from rules.model.flat import Flat
from rules.model.quantities import NEVER

DUES: Final = (
    "PAUSE",
    "PRESENCE",
    "STUCK",
    "MORNING",
    "NOT_SEEN",
    "INACTIVITY",
    "SILENCE",
    "STAY",
    "BED",
    "DOOR",
    "STOVE",
    "CLIMATE",
    "TECHNICAL",
    "INCIDENTS",
    "NIGHT_LIGHT",
    "KITCHEN",
    "WATER",
    "DRAWER",
    "DAY",
)
"""Deadlines of version 2, in the order in which their due times were written."""
YOUNGER: Final[dict[str, dict[str, Any]]] = {
    "kitchen": {},
    "taps": {},
    "drawer": {},
    "habits": {},
    "resting": {},
}
"""Fields of version 2 that version 1 had not, as they begin."""


def from_first_release(
    state: Any, version: int, flat: Flat, names_of: Callable[[str], tuple[str, ...]]
) -> dict[str, Any]:
    """Bring a state of an older version up.

    Args:
        state: plain form of version 1 or 2.
        version: which of them.
        flat: the flat whose limits the due times were made with.
        names_of: today's names of a deadline of then.

    Returns:
        The plain form of version 3.
    """
    if version == 1:
        state = _second_version(state)
    dues = dict(zip(DUES, state["dues"], strict=True))
    return {
        "situation": _situation(state, dues, flat),
        "memories": _memories(state, dues, flat),
        "incidents": {
            "journal": state["journal"],
            "open": state["incidents"],
            "register": state["register"],
            "ledger": state["ledger"],
        },
        "deferred": {
            new: until for old, until in state["resting"].items() for new in names_of(old)
        },
    }


def _second_version(state: Any) -> Any:
    pause = state["pause"]
    return {
        **YOUNGER,
        **state,
        "dues": state["dues"] + [NEVER] * (len(DUES) - len(state["dues"])),
        "pause": None if pause is None else {**pause, "row": state["seq"]},
        "incidents": {
            name: {**incident, "called": incident["revision"]}
            for name, incident in state["incidents"].items()
        },
    }


def _situation(state: Any, dues: dict[str, float], flat: Flat) -> dict[str, Any]:
    same = (
        "seq",
        "wall",
        "pause",
        "presence",
        "signs",
        "moving_rows",
        "presses",
        "in_bed",
        "screen",
        "booted",
    )
    return {
        "at": state["now"],
        **{key: state[key] for key in same},
        "coverage": _coverage(state["coverage"]),
        "stuck_look": dues["STUCK"],
        "quiet_at": _quiet_at(dues["SILENCE"], flat),
    }


def _coverage(coverage: Any) -> dict[str, Any]:
    """Return what was heard; how a device is received had another name then."""
    devices = {
        device: {"reception": seen["sight"], "since": seen["since"]}
        for device, seen in coverage.get("devices", {}).items()
    }
    return {**coverage, "devices": devices}


def _quiet_at(silence_at: float, flat: Flat) -> float | None:
    """Return since when it is quiet, where silence was waited for."""
    silence_s = flat.limits[PossibleFallLimits].silence_s
    return None if silence_at >= NEVER else silence_at - silence_s


def _memories(state: Any, dues: dict[str, float], flat: Flat) -> dict[str, Any]:
    """Return the fields of then as memories of the detectors of today, by name."""
    spells = state["climate"].get("spells", {})
    return {
        "no_first_movement": {"look_at": dues["MORNING"]},
        "not_seen": state["waiting"],
        "inactivity": {"look_at": dues["INACTIVITY"]},
        "possible_fall": {"silence_at": dues["SILENCE"], "stay": state["stay"]},
        "bed_exit": state["out_of_bed"],
        "door_at_night": state["out_of_door"],
        "stove_unattended": state["stove"],
        "heat": {"by_device": _spells(spells, hot=True)},
        "cold": {"by_device": _spells(spells, hot=False)},
        "radio_down": {"by_source": state["technical"].get("radios", {})},
        "clock_untrusted": state["technical"].get("clock"),
        "kitchen_unused": {"kitchen": state["kitchen"], "look_at": dues["KITCHEN"]},
        "night_light": _night_light(state["night_light"], dues["NIGHT_LIGHT"], flat),
        "water_running": {"running": state["taps"]},
        "medication_drawer": {"drawer": state["drawer"], "look_at": dues["DRAWER"]},
        "habits": {"habits": state["habits"], "look_at": dues["DAY"]},
        "battery_low": {"told": state["low_batteries"]},
    }


def _spells(spells: Any, *, hot: bool) -> dict[str, Any]:
    return {
        device: {key: value for key, value in spell.items() if key != "hot"}
        for device, spell in spells.items()
        if spell["hot"] is hot
    }


def _night_light(memory: Any, due: float, flat: Flat) -> Any:
    """Return the lamp's memory; its deadline was moved on then without it."""
    if not memory["on"]:
        return memory
    lit_s = flat.limits[NightLightLimits].off_after_s
    return {**memory, "moved_at": max(memory["moved_at"], due - lit_s)}
