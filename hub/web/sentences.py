# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the panel says to the resident, in plain words: questions, reasons, purposes, gaps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from design.language import Words
from rules.model.consent import Purpose
from rules.model.effects import IncidentPhase


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues; it is translated where it is said."""
    return sentence


TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "help_call": N_("You called for help"),
        "smoke": N_("The smoke alarm sounds"),
        "carbon_monoxide": N_("The gas alarm sounds"),
        "fall_sensor": N_("The fall sensor noticed something"),
        "fall_wearable": N_("Your pendant noticed something"),
        "possible_fall": N_("It was still for a long time"),
        "inactivity": N_("It was still for a long time"),
        "not_seen": N_("You were not noticed after the gap"),
        "no_first_movement": N_("You were not noticed this morning"),
        "stove_unattended": N_("The stove is still on"),
        "leak": N_("There is water on the floor"),
        "bed_exit": N_("You have been up for a while"),
        "door_at_night": N_("The door was open at night"),
        "heat": N_("It is very warm"),
        "cold": N_("It is very cold"),
        "kitchen_unused": N_("Have you eaten and drunk something?"),
        "water_running": N_("The water has been running for a while"),
        "medication_drawer": N_("The medicine drawer is still shut"),
        "activity_drift": N_("Your days have changed"),
        "night_visits_drift": N_("Your nights have changed"),
        "unusual_day": N_("One day was not like the others"),
        "sensor_silent": N_("A sensor is silent"),
        "stuck_on": N_("A sensor hangs"),
        "battery_low": N_("A battery is nearly empty"),
        "radio_down": N_("The radio does not work"),
        "power_was_off": N_("The hub was off"),
        "clock_untrusted": N_("The clock is not set"),
        "storage_full": N_("The storage is full"),
        "row_quarantined": N_("The hub has a fault"),
        "test_alarm": N_("This is a test"),
    }
)

QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fall_sensor": N_("The fall sensor thinks that you may have fallen."),
        "fall_wearable": N_("Your pendant thinks that you may have fallen."),
        "possible_fall": N_("Nothing has moved for a while."),
        "inactivity": N_("Nothing has moved in your flat for a long time."),
        "not_seen": N_("The hub was off. You have not been noticed since."),
        "no_first_movement": N_("Moin! You have not been noticed this morning."),
        "stove_unattended": N_("The stove is on and nobody is in the kitchen."),
        "leak": N_("There is water on the floor."),
        "bed_exit": N_("You have been out of bed for a while."),
        "door_at_night": N_("The door of your flat was opened at night."),
    }
)

TIPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kitchen_unused": N_("You have not been in the kitchen for a long time."),
        "water_running": N_("A tap is open. Please have a look."),
        "row_quarantined": N_("Your help button works. Your carers are told."),
        "medication_drawer": N_(
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
        "leak",
        "heat",
        "cold",
        "kitchen_unused",
        "water_running",
        "medication_drawer",
        "activity_drift",
        "night_visits_drift",
        "unusual_day",
        "smoke",
        "carbon_monoxide",
        "sensor_silent",
        "stuck_on",
        "battery_low",
        "radio_down",
        "power_was_off",
        "clock_untrusted",
        "storage_full",
        "stove_unattended",
    }
)
"""Kinds that stand as a short notice on the home screen while they are open."""


_HABITS: Final = frozenset({"activity_drift", "night_visits_drift", "unusual_day"})


def title(kind: str, words: Words) -> Markup:
    """Name a conclusion for the resident."""
    return words.gettext(TITLES[kind])


def question(
    kind: str, words: Words, detail: Mapping[str, str | float] = MappingProxyType({})
) -> Markup:
    """Say why she is asked, or what was concluded.

    Args:
        kind: what was concluded.
        words: her language.
        detail: numbers and words of the conclusion.
    """
    if kind in _HABITS:
        return _habit(kind, words, detail)
    if kind == "not_seen" and detail.get("reason") == "private":
        return words.gettext("The pause is over. You have not been noticed since.")
    return words.gettext(QUESTIONS.get(kind) or TIPS.get(kind, TITLES[kind]))


def _habit(kind: str, words: Words, detail: Mapping[str, str | float]) -> Markup:
    """Say how days or nights changed, in numbers she can check."""
    _ = words.gettext
    more, days = detail.get("way") == "more", round(float(detail.get("days", 7)))
    match kind:
        case "night_visits_drift":
            return _(
                "In the last %(n)s nights you were in the bathroom about %(now)s times a night,"
                " in the weeks before about %(before)s times.",
                n=days,
                now=round(float(detail.get("now", 0))),
                before=round(float(detail.get("before", 0))),
            )
        case "activity_drift" if more:
            return _(
                "In the last %(n)s days you moved about far more than in the weeks before.", n=days
            )
        case "activity_drift":
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
