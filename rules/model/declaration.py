# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What follows one kind of verdict, as data: legal basis, question, page, movement."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, NamedTuple

from rules.model.consent import Basis, Need, Purpose
from rules.model.identity import Seconds
from rules.model.quantities import NEVER
from rules.model.verdict import Kind, Verdict


class Page(StrEnum):
    """When a page is due."""

    AT_ONCE = "at_once"
    NO_ANSWER = "no_answer"
    """The resident is asked first."""
    BY_DAY = "by_day"
    """Once a day; at once when the verdict's priority is above `info`."""
    IF_CHOSEN = "if_chosen"
    """A reminder at home; it leaves the flat where she chose that."""
    NEVER = "never"
    """Hers alone; it leaves the flat by her single tap."""


class Movement(StrEnum):
    """Which movement settles a matter."""

    NONE = "none"
    ANY = "any"
    THERE = "there"
    ELSEWHERE = "elsewhere"
    INDOORS = "indoors"


class Stays(StrEnum):
    """For whom a matter stays open when the world is right again."""

    NEVER = "never"
    ACCEPTED = "accepted"
    """For a carer who has accepted it."""
    CALLED = "called"
    """For everybody who was paged."""


class Asking(NamedTuple):
    """Times of a kind, made from the limits of its detector.

    Attributes:
        asks: seconds of each question, in order; the page comes after the last.
        page_after_s: a reminder is passed on so many seconds after it was told (`IF_CHOSEN`).
        shown_s: a note to the resident alone ends by itself after so many seconds (`NEVER`).
    """

    asks: tuple[Seconds, ...] = ()
    page_after_s: Seconds = 0.0
    shown_s: Seconds = NEVER


def by_room(verdict: Verdict) -> str:
    """Return the room of a verdict: one matter a room."""
    return verdict.room or verdict.device or ""


def by_device(verdict: Verdict) -> str:
    """Return the device of a verdict: one matter a device."""
    return verdict.device or ""


def by_flat(_verdict: Verdict) -> str:
    """Return no place: one matter for the whole flat."""
    return ""


def consent(purpose: Purpose) -> Need:
    """Return the need of the resident's own consent to a purpose."""
    return Need(basis=Basis.CONSENT, purpose=purpose)


OPERATION: Final = Need(basis=Basis.OPERATION)


def _no_times(_limits: Any) -> Asking:
    return Asking()


class Declaration(NamedTuple):
    """What follows a kind of verdict. Whatever only one detector needs is a method of `Detector`.

    Attributes:
        kind: owned by the detector that declares it; its name on wire and in the journal.
        need: legal basis a message about it needs to leave the flat.
        page: when it is paged.
        times: makes the times from the detector's limits.
        place: names what one incident is about; a verdict about the same place counts it up.
        told: the resident is told at once.
        ask_there: ask in the verdict's room; otherwise where she was seen last.
        answerable: "I am fine" is an answer to it.
        confirmed_by: the movement an "I am fine" waits for.
        overtaken_by: the movement that ends its question.
        withdrawn_by_movement: two sensors that see movement withdraw its page.
        stays: for whom it stays open after it was cleared.
        standard: event name of ISO/IEEE 11073-10471, for docs/rules.md (vocabulary, no conformity
            claimed; not sent, a service of the version before would refuse the whole message).
    """

    kind: Kind
    need: Need
    page: Page
    times: Callable[[Any], Asking] = _no_times
    place: Callable[[Verdict], str] = by_room
    told: bool = False
    ask_there: bool = False
    answerable: bool = False
    confirmed_by: Movement = Movement.ANY
    overtaken_by: Movement = Movement.NONE
    withdrawn_by_movement: bool = False
    stays: Stays = Stays.NEVER
    standard: str | None = None
