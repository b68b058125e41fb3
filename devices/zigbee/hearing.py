# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From one frame of an enrolled device to its events, with what it said before in mind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from devices import roles
from devices.registry import Enrolled
from devices.zigbee import alarms
from devices.zigbee.frame import IAS_ZONE, Frame, MalformedFrameError
from devices.zigbee.standing import Standing
from rules.model.apartment import Role
from rules.model.events import DeviceEvent, FallSensed, HelpPressed
from rules.model.identity import Seconds

type ZoneFacts = Callable[[str, int], tuple[int | None, int | None]]

# A device that gave its answer may still be sending the very alarm that was found: the same press.
SAME_PRESS_S: Final = 3.0
_LASTING: Final = alarms.BUTTONS | alarms.FALLS | alarms.HAZARDS


@dataclass(frozen=True, slots=True)
class Heard:
    """What a frame led to.

    Attributes:
        events: in their order.
        committed: to be called when the last one is durable.
        fault: what could not be read behind them, empty when all could.
    """

    events: tuple[DeviceEvent, ...]
    committed: Callable[[], None] | None = None
    fault: str = ""


class Hearing:
    """Remembers zones and falls: a live alarm counts every time, a found one when it is news."""

    def __init__(
        self,
        standing: Standing,
        facts: ZoneFacts,
        *,
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
    ) -> None:
        """Wire it.

        Args:
            standing: what was last heard, over restarts.
            facts: what the driver remembers of a zone (status, type) by address and endpoint.
            now: the hub's axis.
            monotonic: real seconds.
        """
        self._standing = standing
        self._facts = facts
        self._now = now
        self._monotonic = monotonic
        self._found: dict[str, tuple[str, Seconds]] = {}

    def frame(self, enrolled: Enrolled, one: Frame, press: str, *, asked: bool) -> Heard:
        """Say what a frame means.

        Args:
            enrolled: who speaks.
            one: the frame.
            press: identity of this frame.
            asked: a report of this device may be the answer to a question of the hub.

        Raises:
            MalformedFrameError: the frame cannot be read.
        """
        status = alarms.status_of(one)
        if status is not None:
            return self.zone(enrolled, one.endpoint, status, press, found=one.is_answer)
        device = enrolled.device
        if device.role in alarms.FALLS:
            falls, fault = _as_far_as_readable(alarms.falls(one))
            if falls:
                heard = self._fall(enrolled, one, press, fallen=any(falls), asked=asked)
                return replace(heard, fault=fault)
        pressed, fault = _as_far_as_readable(alarms.presses(one, device.role))
        event = roles.pressed(device, self._now(), press) if pressed else None
        return Heard(() if event is None else (event,), fault=fault)

    def zone(
        self, enrolled: Enrolled, endpoint: int, status: int, press: str, *, found: bool = False
    ) -> Heard:
        """Say what a zone status means, from a frame or made by a quirk."""
        # What the driver remembers is the status before this frame: the tap comes first.
        kept, kind = self._facts(enrolled.address, endpoint)
        place = _place(enrolled, endpoint, IAS_ZONE)
        before = self._standing.before(place)
        events = alarms.zone(
            enrolled.device,
            self._now(),
            self._press(place, press, found=found),
            status,
            before=kept if before is None else before,
            zone_type=kind,
            found=found,
        )
        said = tuple(events)
        if found and enrolled.device.role is Role.MOTION:
            status &= ~alarms.ALARM_BITS  # its next own "moving" is movement
        return self._heard(enrolled, place, status, said, found=found)

    def _fall(
        self, enrolled: Enrolled, one: Frame, press: str, *, fallen: bool, asked: bool
    ) -> Heard:
        found = one.is_answer or asked
        place = _place(enrolled, one.endpoint, one.cluster)
        known = bool(self._standing.before(place))
        event = None
        if fallen and not (found and known):
            event = roles.fell(enrolled.device, self._now(), self._press(place, press, found=found))
        events = () if event is None else (event,)
        return self._heard(enrolled, place, int(fallen), events, found=found)

    def _press(self, place: str, press: str, *, found: bool) -> str:
        """Name a press; one that was found keeps its name while its own frame may still come."""
        if found:
            return f"{press}:found"
        known, until = self._found.get(place, (press, 0.0))
        return known if self._monotonic() < until else press

    def _heard(
        self,
        enrolled: Enrolled,
        place: str,
        state: int,
        events: tuple[DeviceEvent, ...],
        *,
        found: bool,
    ) -> Heard:
        for event in events:
            if found and isinstance(event, HelpPressed | FallSensed):
                self._found[place] = event.press, self._monotonic() + SAME_PRESS_S
        if enrolled.device.role in _LASTING:
            return Heard(events, self._standing.lasting(place, state))
        self._standing.follow(place, state)
        return Heard(events)


def _place(enrolled: Enrolled, endpoint: int, cluster: int) -> str:
    return f"{enrolled.address}/{endpoint}/{cluster:04x}"


def _as_far_as_readable[T](records: Iterator[T]) -> tuple[list[T], str]:
    """Take what stands before the break: a fall is one, whatever comes after it.

    Raises:
        MalformedFrameError: nothing stands before it.
    """
    read: list[T] = []
    try:
        for record in records:
            read.append(record)  # noqa: PERF402  # a list made at once would be lost at the break
    except MalformedFrameError as bad:
        if not read:
            raise
        return read, bad.fault
    return read, ""
