# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes frames and values from the coordinator and hands their events on to the hub."""

from collections.abc import Callable

import structlog

from devices.reception import Reception
from devices.registry import Enrolled
from devices.zigbee.coordinator.node import Node, zone_memory
from devices.zigbee.frames import frame
from devices.zigbee.frames.alarm_state import AlarmState
from devices.zigbee.frames.decoder import DecodedFrame, FrameDecoder
from devices.zigbee.frames.deduplicator import Deduplicator
from devices.zigbee.frames.measured import Measured, MeasurementDecoder
from devices.zigbee.inquiry.flat_inquiry import FlatInquiry
from rules.model.identity import Seconds

_ANNOUNCED = 0x0013  # Device_annce (ZDO): a device is in the network (again)

log = structlog.get_logger(__name__)


class Receiver:
    """Implements `CoordinatorListener`; outlives each coordinator.

    The driver swallows what a listener raises, so a fault of ours goes to `fail` instead.
    """

    def __init__(
        self,
        source: str,
        reception: Reception,
        inquiry: FlatInquiry,
        alarm_state: AlarmState,
        *,
        node: Callable[[str], Node | None],
        pairing: Callable[[], frozenset[str]],
        fail: Callable[[Exception], None],
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
    ) -> None:
        """Wire it.

        Args:
            source: name of the source, the beginning of each frame's name.
            reception: looks up senders and hands events on.
            inquiry: is told who speaks, and whose frames answer it.
            alarm_state: last state of each zone, over restarts.
            node: finds a joined device by address.
            pairing: addresses of devices that are still being set up.
            fail: takes a fault of our own; the source ends with it.
            now: the hub's axis.
            monotonic: real seconds.
        """
        self._source = source
        self._reception = reception
        self._inquiry = inquiry
        self._pairing = pairing
        self._fail = fail
        self._now = now
        self._deduplicator = Deduplicator(monotonic=monotonic)
        self._measurements = MeasurementDecoder()
        self._frames = FrameDecoder(
            alarm_state,
            lambda address, endpoint: zone_memory(node(address), endpoint),
            now=now,
            monotonic=monotonic,
        )
        self._last_frame = ""

    # --- CoordinatorListener --------------------------------------------------------------

    def frame(self, address: str, profile: int, endpoint: int, cluster: int, data: bytes) -> None:
        """Take one raw frame."""
        try:
            self._frame(address, profile, endpoint, cluster, data)
        except Exception as fault:  # noqa: BLE001  # the driver would swallow it
            self._fail(fault)

    def measured(self, address: str, endpoint: int, measured: Measured) -> None:
        """Take one attribute value."""
        try:
            self._measured(address, endpoint, measured)
        except Exception as fault:  # noqa: BLE001  # the driver would swallow it
            self._fail(fault)

    def zone(self, address: str, endpoint: int, status: int) -> None:
        """Take one zone status made by a quirk."""
        try:
            enrolled = self._reception.sender(address)
            if enrolled is not None:
                name = self._name_of(address, endpoint, frame.IAS_ZONE)
                press = f"{name}@{self._now():.3f}"
                self._hand_on(self._frames.zone(enrolled, endpoint, status, press), name)
        except Exception as fault:  # noqa: BLE001  # the driver would swallow it
            self._fail(fault)

    def joined(self, address: str, model: str) -> None:
        """List a device that joined and is not enrolled; look whether one of ours is set up."""
        if (enrolled := self._reception.sender(address)) is not None:
            self._reconnected(enrolled)
        else:
            self._reception.list_stranger(address, model)
            log.info("stranger_joined", source=self._source, model=model)

    def left(self, address: str) -> None:
        """Forget a stranger that left; one of ours is gone until it is heard again."""
        self._reception.stranger_left(address)
        if (enrolled := self._reception.sender(address)) is not None:
            log.warning("device_left", source=self._source, device=enrolled.device.id)
            self._reception.gone(enrolled)

    # --- decoding -------------------------------------------------------------------------

    def _frame(self, address: str, profile: int, endpoint: int, cluster: int, data: bytes) -> None:
        self._reception.count()
        enrolled = self._reception.sender(address)
        if enrolled is None:
            self._reception.stranger(address)
            return
        self._reception.heard(enrolled)
        if frame.is_zcl(profile):
            self._zcl_frame(enrolled, endpoint, cluster, data)
        elif cluster == _ANNOUNCED:
            self._reconnected(enrolled)

    def _zcl_frame(self, enrolled: Enrolled, endpoint: int, cluster: int, data: bytes) -> None:
        address, sequence = enrolled.address, "-"
        try:
            one = frame.parse(address, endpoint, cluster, data)
            sequence = str(one.sequence)
            self._last_frame = self._name(address, endpoint, cluster, sequence)
            if self._deduplicator.repeated(address, endpoint, cluster, data):
                return
            press = f"{self._last_frame}@{self._now():.3f}"
            asked = self._inquiry.expects(address)
            decoded = self._frames.frame(enrolled, one, press, asked=asked)
        except frame.MalformedFrameError as bad:
            name = self._name(address, endpoint, cluster, sequence)
            self._reception.malformed(name, data, bad.fault)
            return
        if decoded.fault:
            self._reception.malformed(self._last_frame, data, decoded.fault)
        self._hand_on(decoded, self._last_frame)
        if asked and decoded.committed is not None:
            self._inquiry.answered(address)
        self._inquiry.heard(address)

    def _measured(self, address: str, endpoint: int, measured: Measured) -> None:
        enrolled = self._reception.sender(address)
        if enrolled is None:
            return
        name = self._name_of(address, endpoint, measured.cluster)
        try:
            event = self._measurements.event(enrolled.device, self._now(), measured)
        except frame.MalformedFrameError as bad:
            self._reception.malformed(name, repr(measured.value).encode(), bad.fault)
            return
        if event is not None:
            self._reception.hand_on((event,), name)

    def _reconnected(self, enrolled: Enrolled) -> None:
        if enrolled.address not in self._pairing():  # a device that is new listens for a while
            self._inquiry.reconnected(enrolled)

    def _hand_on(self, decoded: DecodedFrame, name: str) -> None:
        self._reception.hand_on(decoded.events, name, decoded.committed)

    # --- names ----------------------------------------------------------------------------

    def _name(self, address: str, endpoint: int, cluster: int, sequence: str) -> str:
        number = self._reception.frames
        return f"{self._source}:{address}:{endpoint}:{cluster:04x}:{sequence}:{number}"

    def _name_of(self, address: str, endpoint: int, cluster: int) -> str:
        """Name a value after the frame it came in; a quirk's timer has none."""
        start = f"{self._source}:{address}:{endpoint}:"
        end = f":{self._reception.frames}"
        if self._last_frame.startswith(start) and self._last_frame.endswith(end):
            return self._last_frame
        return self._name(address, endpoint, cluster, "-")
