# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What follows a verdict: who is asked, how long, when somebody is paged."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from rules.first.limits import Limits
from rules.model.identity import Seconds
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind


class Page(StrEnum):
    """When a page is due."""

    AT_ONCE = "at_once"
    NO_ANSWER = "no_answer"
    BY_DAY = "by_day"
    IF_CHOSEN = "if_chosen"
    NEVER = "never"
    """Hers alone; it leaves the flat by her single tap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What follows one kind of verdict.

    Attributes:
        page: when it is paged.
        asks: lengths of the questions before, in order; empty when nobody is asked.
        urgent_after_s: after a page nobody took, the priority rises.
        tell: said to the resident at once.
        page_after_s: a reminder at home goes on so long before it is passed on, where she chose it.
        waking: `page_after_s` counts waking hours only.
        shown_s: a note to her alone ends by itself after this.
    """

    page: Page
    asks: tuple[Seconds, ...] = ()
    urgent_after_s: Seconds | None = None
    tell: bool = False
    page_after_s: Seconds = 0.0
    waking: bool = False
    shown_s: Seconds = NEVER


STILLNESS: Final = frozenset(
    {VerdictKind.INACTIVITY, VerdictKind.NOT_SEEN, VerdictKind.NO_FIRST_MOVEMENT}
)
"""Kinds that say the same thing: she was not seen. One of them an unbroken stillness is enough."""
FALLS: Final = frozenset(
    {VerdictKind.FALL_SENSOR, VerdictKind.FALL_WEARABLE, VerdictKind.POSSIBLE_FALL}
)
HERS: Final = frozenset(
    {VerdictKind.ACTIVITY_DRIFT, VerdictKind.NIGHT_VISITS_DRIFT, VerdictKind.UNUSUAL_DAY}
)
"""Notes to the resident alone; she may share each of them by a single tap."""
ANSWERABLE: Final = (
    STILLNESS
    | FALLS
    | {
        VerdictKind.STOVE_UNATTENDED,
        VerdictKind.LEAK,
        VerdictKind.BED_EXIT,
        VerdictKind.DOOR_AT_NIGHT,
    }
)
"""Kinds to which "I am fine" is an answer. A help call is taken back by its own control only."""


def response(verdict: Verdict, limits: Limits) -> Response:
    """Return what follows this verdict (CONTRACTS, "What is asked, what is paged")."""
    kind = verdict.kind
    match kind:
        case VerdictKind.HELP_CALL:
            return Response(page=Page.AT_ONCE)
        case VerdictKind.SMOKE | VerdictKind.CARBON_MONOXIDE:
            return Response(page=Page.AT_ONCE, tell=True)
        case VerdictKind.FALL_SENSOR | VerdictKind.FALL_WEARABLE:
            return Response(page=Page.NO_ANSWER, asks=(limits.fall_sensor.ask_s,))
        case VerdictKind.POSSIBLE_FALL:
            return Response(page=Page.NO_ANSWER, asks=(limits.possible_fall.ask_s,))
        case VerdictKind.INACTIVITY:
            return Response(
                page=Page.NO_ANSWER,
                asks=(limits.inactivity.ask_s, limits.inactivity.ask_s),
                urgent_after_s=limits.inactivity.urgent_after_s,
            )
        case VerdictKind.NOT_SEEN:
            return Response(page=Page.NO_ANSWER, asks=(limits.not_seen.ask_s,))
        case VerdictKind.NO_FIRST_MOVEMENT:
            return Response(page=Page.NO_ANSWER, asks=(limits.no_first_movement.ask_s,))
        case VerdictKind.STOVE_UNATTENDED:
            stove = limits.stove_unattended
            ask_s = max(stove.cut_s - stove.warn_s, 0.0)
            return Response(page=Page.NO_ANSWER, asks=(ask_s,), tell=True)
        case VerdictKind.LEAK:
            return Response(page=Page.NO_ANSWER, asks=(limits.leak.ask_s,), tell=True)
        case VerdictKind.BED_EXIT:
            return Response(page=Page.NO_ANSWER, asks=(limits.bed_exit.ask_s,))
        case VerdictKind.DOOR_AT_NIGHT:
            return Response(page=Page.NO_ANSWER, asks=(limits.door_at_night.ask_s,))
        case VerdictKind.HEAT | VerdictKind.COLD:
            return Response(page=Page.IF_CHOSEN, tell=True)
        case VerdictKind.KITCHEN_UNUSED:
            after_s = max(limits.kitchen_unused.page_s - limits.kitchen_unused.remind_s, 0.0)
            return Response(page=Page.IF_CHOSEN, tell=True, page_after_s=after_s, waking=True)
        case VerdictKind.WATER_RUNNING:
            after_s = limits.water_running.page_after_s
            return Response(page=Page.IF_CHOSEN, tell=True, page_after_s=after_s)
        case VerdictKind.MEDICATION_DRAWER:
            after_s = limits.medication_drawer.page_after_s
            return Response(page=Page.IF_CHOSEN, tell=True, page_after_s=after_s)
        case VerdictKind.ACTIVITY_DRIFT | VerdictKind.NIGHT_VISITS_DRIFT:
            return Response(page=Page.NEVER, tell=True, shown_s=limits.habits.drift_shown_s)
        case VerdictKind.UNUSUAL_DAY:
            return Response(page=Page.NEVER, tell=True, shown_s=limits.habits.day_shown_s)
        case VerdictKind.TEST_ALARM:
            return Response(page=Page.AT_ONCE, tell=True)
        case (
            VerdictKind.SENSOR_SILENT
            | VerdictKind.STUCK_ON
            | VerdictKind.BATTERY_LOW
            | VerdictKind.RADIO_DOWN
            | VerdictKind.POWER_WAS_OFF
            | VerdictKind.CLOCK_UNTRUSTED
            | VerdictKind.STORAGE_FULL
            | VerdictKind.ROW_QUARANTINED
        ):
            at_once = verdict.priority is not Priority.INFO
            return Response(page=Page.AT_ONCE if at_once else Page.BY_DAY, tell=True)
        case _:
            assert_never(kind)
