# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decodes the raw frames of enrolled devices to events, with their last alarm state."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from devices import roles
from devices.registry import Enrolled
from devices.zigbee.frames import alarms
from devices.zigbee.frames.alarm_state import AlarmState
from devices.zigbee.frames.frame import IAS_ZONE, Frame, MalformedFrameError
from rules.model.apartment import Role
from rules.model.events import DeviceEvent, FallSensed, HelpPressed
from rules.model.identity import Seconds

type ZoneMemory = Callable[[str, int], tuple[int | None, int | None]]

# A device that gave its answer may still be sending the very alarm that was asked for.
SAME_PRESS_S: Final = 3.0
_LASTING: Final = roles.BUTTONS | roles.FALLS | roles.HAZARDS


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """Events of one frame.

    Attributes:
        events: in their order.
        committed: to be called when the last one is durable.
        fault: what could not be read behind them, empty when all could.
    """

    events: tuple[DeviceEvent, ...]
    committed: Callable[[], None] | None = None
    fault: str = ""


class FrameDecoder:
    """Decodes zones, falls and presses.

    A live alarm counts every time; one that the hub asked for counts when it was not known.
    """

    def __init__(
        self,
        alarm_state: AlarmState,
        zone_memory: ZoneMemory,
        *,
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
    ) -> None:
        """Wire it.

        Args:
            alarm_state: last state of each zone, over restarts.
            zone_memory: what the driver remembers of a zone (status, type) by address and endpoint.
            now: the hub's axis.
            monotonic: real seconds.
        """
        self._alarm_state = alarm_state
        self._zone_memory = zone_memory
        self._now = now
        self._monotonic = monotonic
        self._asked_for: dict[str, tuple[str, Seconds]] = {}

    def frame(self, enrolled: Enrolled, one: Frame, press: str, *, asked: bool) -> DecodedFrame:
        """Decode one frame.

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
            return self.zone(enrolled, one.endpoint, status, press, asked=one.is_answer)
        device = enrolled.device
        if device.role in roles.FALLS:
            falls, fault = _as_far_as_readable(alarms.falls(one))
            if falls:
                decoded = self._fall(enrolled, one, press, fallen=any(falls), asked=asked)
                return replace(decoded, fault=fault)
        pressed, fault = _as_far_as_readable(alarms.presses(one, device.role))
        event = roles.pressed(device, self._now(), press) if pressed else None
        return DecodedFrame(() if event is None else (event,), fault=fault)

    def zone(
        self, enrolled: Enrolled, endpoint: int, status: int, press: str, *, asked: bool = False
    ) -> DecodedFrame:
        """Decode a zone status, from a frame or made by a quirk."""
        # What the driver remembers is the status before this frame: the tap comes first.
        kept, kind = self._zone_memory(enrolled.address, endpoint)
        place = _place(enrolled, endpoint, IAS_ZONE)
        before = self._alarm_state.before(place)
        events = alarms.zone(
            enrolled.device,
            self._now(),
            self._press(place, press, asked=asked),
            status,
            before=kept if before is None else before,
            zone_type=kind,
            asked=asked,
        )
        said = tuple(events)
        if asked and enrolled.device.role is Role.MOTION:
            status &= ~alarms.ALARM_BITS  # its next own "moving" is movement
        return self._remember(enrolled, place, status, said, asked=asked)

    def _fall(
        self, enrolled: Enrolled, one: Frame, press: str, *, fallen: bool, asked: bool
    ) -> DecodedFrame:
        asked = asked or one.is_answer
        place = _place(enrolled, one.endpoint, one.cluster)
        known = bool(self._alarm_state.before(place))
        event = None
        if fallen and not (asked and known):
            event = roles.fell(enrolled.device, self._now(), self._press(place, press, asked=asked))
        events = () if event is None else (event,)
        return self._remember(enrolled, place, int(fallen), events, asked=asked)

    def _press(self, place: str, press: str, *, asked: bool) -> str:
        """Name a press; one that was asked for keeps its name as long as its own frame may come."""
        if asked:
            return f"{press}:found"
        known, until = self._asked_for.get(place, (press, 0.0))
        return known if self._monotonic() < until else press

    def _remember(
        self,
        enrolled: Enrolled,
        place: str,
        state: int,
        events: tuple[DeviceEvent, ...],
        *,
        asked: bool,
    ) -> DecodedFrame:
        for event in events:
            if asked and isinstance(event, HelpPressed | FallSensed):
                self._asked_for[place] = event.press, self._monotonic() + SAME_PRESS_S
        if enrolled.device.role in _LASTING:
            return DecodedFrame(events, self._alarm_state.lasting(place, state))
        self._alarm_state.follow(place, state)
        return DecodedFrame(events)


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
