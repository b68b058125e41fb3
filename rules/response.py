# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What follows a verdict: who is asked, how long, when somebody is paged."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from rules.identity import Seconds
from rules.limits import Limits
from rules.verdicts import Priority, Verdict, VerdictKind


class Page(StrEnum):
    """When a page is due."""

    AT_ONCE = "at_once"
    NO_ANSWER = "no_answer"
    BY_DAY = "by_day"
    IF_CHOSEN = "if_chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What follows one kind of verdict.

    Attributes:
        page: when it is paged.
        asks: lengths of the questions before, in order; empty when nobody is asked.
        urgent_after_s: after a page nobody took, the priority rises.
        tell: said to the resident at once.
    """

    page: Page
    asks: tuple[Seconds, ...] = ()
    urgent_after_s: Seconds | None = None
    tell: bool = False


STILLNESS: Final = frozenset(
    {VerdictKind.INACTIVITY, VerdictKind.NOT_SEEN, VerdictKind.NO_FIRST_MOVEMENT}
)
"""Kinds that say the same thing: she was not seen. One of them an unbroken stillness is enough."""
FALLS: Final = frozenset(
    {VerdictKind.FALL_SENSOR, VerdictKind.FALL_WEARABLE, VerdictKind.POSSIBLE_FALL}
)
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
