# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the panel says to the resident, in plain words: questions, reasons, purposes, gaps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from design.language import Words
from rules.first.response import HERS
from rules.model.consent import Purpose
from rules.model.effects import IncidentPhase
from rules.model.verdict import VerdictKind


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues; it is translated where it is said."""
    return sentence


TITLES: Final[Mapping[VerdictKind, str]] = MappingProxyType(
    {
        VerdictKind.HELP_CALL: N_("You called for help"),
        VerdictKind.SMOKE: N_("The smoke alarm sounds"),
        VerdictKind.CARBON_MONOXIDE: N_("The gas alarm sounds"),
        VerdictKind.FALL_SENSOR: N_("The fall sensor noticed something"),
        VerdictKind.FALL_WEARABLE: N_("Your pendant noticed something"),
        VerdictKind.POSSIBLE_FALL: N_("It was still for a long time"),
        VerdictKind.INACTIVITY: N_("It was still for a long time"),
        VerdictKind.NOT_SEEN: N_("You were not noticed after the gap"),
        VerdictKind.NO_FIRST_MOVEMENT: N_("You were not noticed this morning"),
        VerdictKind.STOVE_UNATTENDED: N_("The stove is still on"),
        VerdictKind.LEAK: N_("There is water on the floor"),
        VerdictKind.BED_EXIT: N_("You have been up for a while"),
        VerdictKind.DOOR_AT_NIGHT: N_("The door was open at night"),
        VerdictKind.HEAT: N_("It is very warm"),
        VerdictKind.COLD: N_("It is very cold"),
        VerdictKind.KITCHEN_UNUSED: N_("Have you eaten and drunk something?"),
        VerdictKind.WATER_RUNNING: N_("The water has been running for a while"),
        VerdictKind.MEDICATION_DRAWER: N_("The medicine drawer is still shut"),
        VerdictKind.ACTIVITY_DRIFT: N_("Your days have changed"),
        VerdictKind.NIGHT_VISITS_DRIFT: N_("Your nights have changed"),
        VerdictKind.UNUSUAL_DAY: N_("One day was not like the others"),
        VerdictKind.SENSOR_SILENT: N_("A sensor is silent"),
        VerdictKind.STUCK_ON: N_("A sensor hangs"),
        VerdictKind.BATTERY_LOW: N_("A battery is nearly empty"),
        VerdictKind.RADIO_DOWN: N_("The radio does not work"),
        VerdictKind.POWER_WAS_OFF: N_("The hub was off"),
        VerdictKind.CLOCK_UNTRUSTED: N_("The clock is not set"),
        VerdictKind.STORAGE_FULL: N_("The storage is full"),
        VerdictKind.ROW_QUARANTINED: N_("The hub has a fault"),
        VerdictKind.TEST_ALARM: N_("This is a test"),
    }
)

QUESTIONS: Final[Mapping[VerdictKind, str]] = MappingProxyType(
    {
        VerdictKind.FALL_SENSOR: N_("The fall sensor thinks that you may have fallen."),
        VerdictKind.FALL_WEARABLE: N_("Your pendant thinks that you may have fallen."),
        VerdictKind.POSSIBLE_FALL: N_("Nothing has moved for a while."),
        VerdictKind.INACTIVITY: N_("Nothing has moved in your flat for a long time."),
        VerdictKind.NOT_SEEN: N_("The hub was off. You have not been noticed since."),
        VerdictKind.NO_FIRST_MOVEMENT: N_("Moin! You have not been noticed this morning."),
        VerdictKind.STOVE_UNATTENDED: N_("The stove is on and nobody is in the kitchen."),
        VerdictKind.LEAK: N_("There is water on the floor."),
        VerdictKind.BED_EXIT: N_("You have been out of bed for a while."),
        VerdictKind.DOOR_AT_NIGHT: N_("The door of your flat was opened at night."),
    }
)

TIPS: Final[Mapping[VerdictKind, str]] = MappingProxyType(
    {
        VerdictKind.KITCHEN_UNUSED: N_("You have not been in the kitchen for a long time."),
        VerdictKind.WATER_RUNNING: N_("A tap is open. Please have a look."),
        VerdictKind.ROW_QUARANTINED: N_("Your help button works. Your carers are told."),
        VerdictKind.MEDICATION_DRAWER: N_(
            "The drawer has not been opened in the hours you chose. What you took, nobody knows."
        ),
    }
)

PURPOSES: Final[Mapping[Purpose, tuple[str, str, str]]] = MappingProxyType(
    {
        Purpose.FALLS: (
            N_("Falls"),
            N_("when you may have fallen"),
            N_("If you may have fallen and do not answer, your carers are told at once."),
        ),
        Purpose.INACTIVITY: (
            N_("Long stillness"),
            N_("when nothing moves for long"),
            N_("If nothing has moved for long and you do not answer, your carers are told."),
        ),
        Purpose.SAFETY: (
            N_("Stove and water"),
            N_("when the stove stays on or water runs out"),
            N_("If the stove stays on or water is on the floor, your carers are told."),
        ),
        Purpose.NIGHT: (
            N_("At night"),
            N_("when you do not come back to bed"),
            N_("If you get up at night and do not come back to bed, your carers are told."),
        ),
        Purpose.DOOR: (
            N_("Door at night"),
            N_("when you leave the flat at night"),
            N_("If you leave the flat at night and do not come back, your carers are told."),
        ),
        Purpose.COMFORT: (
            N_("Heat, cold, reminders"),
            N_("when it is very warm or cold, or a reminder at home was not enough"),
            N_(
                "If your flat gets very warm or very cold, if the water keeps running, or if the"
                " kitchen or the medicine drawer stays unused after a reminder, your carers are"
                " told."
            ),
        ),
    }
)
"""Name, half a line, and the whole sentence of each purpose."""

WHY_BLIND: Final = {
    "silent": N_("the sensor is silent"),
    "stuck_on": N_("the sensor hangs"),
    "radio": N_("the radio does not work"),
    "gap": N_("the hub was off"),
    "paused": N_("you have paused sensing"),
    "no_sensor": N_("there is no sensor here"),
    "unheard": N_("the sensor has not been heard yet"),
}

EVIDENCE: Final = {
    "Motion": N_("Movement"),
    "MotionEnded": N_("No more movement"),
    "DoorOpened": N_("Opened"),
    "DoorClosed": N_("Closed"),
    "SeatTaken": N_("In bed or on the chair"),
    "SeatLeft": N_("Out of bed or off the chair"),
    "ItemUsed": N_("Used"),
    "StateFound": N_("Found changed after a gap"),
    "HelpPressed": N_("Help was called"),
    "FinePressed": N_("“I am fine” was pressed"),
    "HelpTakenBack": N_("Help was taken back"),
    "FallSensed": N_("Fall noticed"),
    "PowerMeasured": N_("Power measured"),
    "TemperatureMeasured": N_("Temperature measured"),
    "HazardSensed": N_("The alarm sounds"),
    "BatteryMeasured": N_("Battery measured"),
    "DeviceSilent": N_("Not heard any more"),
    "RadioDown": N_("The radio does not work"),
    "Booted": N_("Started again after a gap"),
    "gone": N_("No longer kept"),
}

ENDED: Final = {
    "real": N_("Your carers have helped."),
    "false_alarm": N_("It was a false alarm."),
    "test": N_("It was a test."),
    "taken_back": N_("You took it back."),
    "resident_fine": N_("You were fine."),
    "cleared": N_("It is over."),
}

TOLD: Final = {
    "stove_cut": N_("The stove was switched off."),
    "taken_back": N_("You have taken your call back."),
    "carer_closed": N_("%(carer)s has closed this matter."),
}
"""What was said in the room of late and is repeated on the home screen."""

TOLD_NOW: Final = frozenset(
    {
        VerdictKind.LEAK,
        VerdictKind.HEAT,
        VerdictKind.COLD,
        VerdictKind.KITCHEN_UNUSED,
        VerdictKind.WATER_RUNNING,
        VerdictKind.MEDICATION_DRAWER,
        *HERS,
        VerdictKind.SMOKE,
        VerdictKind.CARBON_MONOXIDE,
        VerdictKind.SENSOR_SILENT,
        VerdictKind.STUCK_ON,
        VerdictKind.BATTERY_LOW,
        VerdictKind.RADIO_DOWN,
        VerdictKind.POWER_WAS_OFF,
        VerdictKind.CLOCK_UNTRUSTED,
        VerdictKind.STORAGE_FULL,
        VerdictKind.STOVE_UNATTENDED,
    }
)
"""Kinds that stand as a short notice on the home screen while they are open."""


def title(kind: VerdictKind, words: Words) -> Markup:
    """Name a conclusion for the resident."""
    return words.gettext(TITLES[kind])


def question(
    kind: VerdictKind, words: Words, detail: Mapping[str, str | float] = MappingProxyType({})
) -> Markup:
    """Say why she is asked, or what was concluded.

    Args:
        kind: what was concluded.
        words: her language.
        detail: numbers and words of the conclusion.
    """
    if kind in HERS:
        return _habit(kind, words, detail)
    if kind is VerdictKind.NOT_SEEN and detail.get("reason") == "private":
        return words.gettext("The pause is over. You have not been noticed since.")
    return words.gettext(QUESTIONS.get(kind) or TIPS.get(kind, TITLES[kind]))


def _habit(kind: VerdictKind, words: Words, detail: Mapping[str, str | float]) -> Markup:
    """Say how days or nights changed, in numbers she can check."""
    _ = words.gettext
    more, days = detail.get("way") == "more", round(float(detail.get("days", 7)))
    match kind:
        case VerdictKind.NIGHT_VISITS_DRIFT:
            return _(
                "In the last %(n)s nights you were in the bathroom about %(now)s times a night,"
                " in the weeks before about %(before)s times.",
                n=days,
                now=round(float(detail.get("now", 0))),
                before=round(float(detail.get("before", 0))),
            )
        case VerdictKind.ACTIVITY_DRIFT if more:
            return _(
                "In the last %(n)s days you moved about far more than in the weeks before.", n=days
            )
        case VerdictKind.ACTIVITY_DRIFT:
            return _(
                "In the last %(n)s days you moved about far less than in the weeks before.", n=days
            )
        case _ if more:
            return _("From yesterday to today you moved about far more than on your other days.")
        case _:
            return _("From yesterday to today you moved about far less than on your other days.")


def blind(why: str, words: Words) -> Markup:
    """Say why a place cannot be seen."""
    known = WHY_BLIND.get(why)
    return words.gettext(known) if known else Markup.escape(why)


def evidence(kind: str, words: Words) -> Markup:
    """Say what a journal row was."""
    known = EVIDENCE.get(kind)
    return words.gettext(known) if known else Markup.escape(kind)


def ended(reason: str | None, phase: IncidentPhase, words: Words) -> Markup:
    """Say how it went on or ended."""
    if reason is not None:
        known = ENDED.get(reason)
        return words.gettext(known) if known else Markup.escape(reason)
    _ = words.gettext
    match phase:
        case IncidentPhase.ASKED:
            return _("You are being asked right now.")
        case IncidentPhase.ANSWERED:
            return _("You said that you are fine.")
        case IncidentPhase.PAGED:
            return _("Your carers are being called.")
        case IncidentPhase.ACCEPTED:
            return _("Somebody is coming.")
        case _:
            return _("Nobody was called.")
