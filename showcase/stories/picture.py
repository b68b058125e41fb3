# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to see now: folded from what radio, hub and service say, without words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from rules.model.identity import Seconds
from showcase.apartment.floor import Point, Spot, Way
from showcase.apartment.set_up import PURPOSES
from showcase.stories.failure_report import FailureReport, Why
from showcase.stories.story import Step, Story
from showcase.stories.trace import Trace


class Mode(StrEnum):
    """What the page is doing."""

    IDLE = "idle"
    STORY = "story"
    ENDED = "ended"


class Ending(StrEnum):
    """How a story ended."""

    HEARD = "heard"
    ANSWERED = "answered"
    WITHHELD = "withheld"
    PAUSED = "paused"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Where she is, and how she came there; `number` tells one walk from the next."""

    spot: Spot
    points: tuple[Point, ...] = ()
    length_s: Seconds = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The newest alert as the service said it to the logged-in carer."""

    incident: str
    kind: str
    priority: str
    room: str | None
    flat: str
    count: int = 1
    step: str = "received"
    who: str = ""
    minutes: int | None = None


# Steps of one alert in the order they can only go on.
_STEPS: Final = ("received", "paged", "accepted", "on_the_way", "arrived", "closed")


@dataclass(slots=True)
class Picture:
    """Everything the page shows, mutable, changed only by what was heard.

    Attributes:
        walk: the resident.
        hot: device -> how often it spoke; a sensor that speaks again pulses again.
        lit / sounding: lamps and sounders as the hub's commands left them.
        blind: room -> why it cannot be seen.
        told: room in which the hub has said who comes, None as long as it has not.
        stayed / left: events that stayed in the flat and messages that left, since the story began.
        service_on: the care service is heard; without it the phone knows nothing.
        paused: sensing is switched off.
        withdrawn: purposes her care team may not be told of now.
        excused: what a visitor wished just now does not work, as the hub is off.
        failure: what the story lacked, None when nothing.
        left_s: seconds until the start page, None while nothing runs out.
    """

    walk: Walk
    mode: Mode = Mode.IDLE
    story: Story | None = None
    trace: Trace | None = None
    say: Mapping[str, str] = field(default_factory=dict)
    ending: Ending | None = None
    failure: FailureReport | None = None
    hot: dict[str, int] = field(default_factory=dict)
    lit: tuple[str, ...] = ()
    sounding: tuple[str, ...] = ()
    blind: dict[str, str] = field(default_factory=dict)
    stove_on: bool = False
    hub_on: bool = True
    service_on: bool = False
    paused: bool = False
    withdrawn: frozenset[str] = frozenset()
    excused: bool = False
    card: Card | None = None
    told: str | None = None
    stayed: int = 0
    left: int = 0
    left_s: int | None = None

    @property
    def gate_open(self) -> bool:
        """Whether every consent to monitoring is given."""
        return not self.withdrawn

    # --- the flat -------------------------------------------------------------------------

    def walks(self, way: Way, length_s: Seconds, spot: Spot) -> None:
        """She walks."""
        self.walk = Walk(
            spot=spot, points=way.points, length_s=length_s, number=self.walk.number + 1
        )

    def speaks(self, device: str) -> None:
        """A device sent a frame."""
        self.hot = {device: self.hot.get(device, 0) + 1}

    # --- the hub --------------------------------------------------------------------------

    def hub(self, event: str, said: Mapping[str, Any]) -> None:
        """The hub's public stream said something."""
        if event == "lost":
            self.hub_on = False
            return
        if event in {"snapshot", "seen"}:
            self.hub_on = True
            self.blind = {
                room: str((view.get("blind") or [{}])[0].get("why", ""))
                for room, view in said.get("coverage", {}).items()
                if view.get("blind")
            }
            return
        match said.get("hop"):
            case "decoded":
                self.stayed += 1
            case "forwarded":
                self.left += 1
            case "told" if str(said.get("outcome", "")).startswith("carer_"):
                self.told = str(said.get("room") or "")
            case _:
                pass

    # --- the service ----------------------------------------------------------------------

    def service(self, event: str, said: Mapping[str, Any]) -> None:
        """The service's stream said something."""
        if event in {"lost", "snapshot"}:
            self.service_on = event == "snapshot"
            return
        incident = str(said.get("incident_id", ""))
        if event == "alert":
            if said.get("priority") == "info" and not said.get("test"):
                return  # technical notes are bundled by day and ring nobody
            old = self.card if self.card is not None and self.card.incident == incident else None
            if old is None and said.get("phase") == "closed":
                return  # the tidying after a story ends what the phone no longer shows
            self.card = Card(
                incident=incident,
                kind=str(said.get("kind", "")),
                priority=str(said.get("priority", "info")),
                room=said.get("room"),
                flat=str(said.get("flat", "")),
                count=int(said.get("count") or 1),
                step=old.step if old is not None else "received",
                who=old.who if old is not None else "",
                minutes=old.minutes if old is not None else None,
            )
        elif event == "progress" and self.card is not None and incident == self.card.incident:
            step = str(said.get("step", ""))
            if step not in _STEPS or _STEPS.index(step) < _STEPS.index(self.card.step):
                return
            who = str(said.get("who") or "") if step != "paged" else self.card.who
            self.card = replace(
                self.card,
                step=step,
                who=who or self.card.who,
                minutes=said.get("minutes") or self.card.minutes,
            )

    # --- the story ------------------------------------------------------------------------

    def begins(self, story: Story, trace: Trace) -> None:
        """A story begins."""
        self.mode, self.story, self.trace = Mode.STORY, story, trace
        self.ending, self.failure, self.say = None, None, {}
        self.card = self.told = None
        self.stayed = self.left = 0
        self.hot, self.left_s = {}, None

    def tells(self, step: Step) -> None:
        """A sentence of the story."""
        self.say = step.say

    def allows(self, given: frozenset[str]) -> None:
        """The resident allows these purposes now."""
        self.withdrawn = frozenset(PURPOSES) - given

    def lacks(self, trace: Trace, failure: FailureReport) -> None:
        """A hop of the story did not come: by her own choice, by an answer, or by a fault."""
        if trace.withheld is not None:
            ending = Ending.WITHHELD
        elif trace.has("answered"):
            ending = Ending.ANSWERED
        else:
            ending = Ending.PAUSED if failure.why is Why.PAUSED else Ending.BROKEN
        self.ends(ending, failure)

    def refused(self, story: Story | None, trace: Trace | None, about: str) -> None:
        """Hub or service refused or did not answer in the middle of a story."""
        last = trace.way[-1] if trace and trace.way else None
        failure = FailureReport(
            story=story.id if story else "-",
            hop=(trace and trace.missing) or "-",
            why=Why.REFUSED,
            about=about,
            last=last,
        )
        self.ends(Ending.BROKEN, failure)

    def ends(self, ending: Ending, failure: FailureReport | None = None) -> None:
        """The story is over; what it showed stays until somebody does something else."""
        self.mode, self.ending, self.failure = Mode.ENDED, ending, failure

    def rests(self) -> None:
        """Back to the start page."""
        self.mode, self.story, self.trace, self.ending = Mode.IDLE, None, None, None
        self.say, self.failure = {}, None
        self.card = self.told = None
        self.hot, self.left_s = {}, None
