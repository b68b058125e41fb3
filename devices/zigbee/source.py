# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee as a source: keeps a coordinator running, and is the way to its devices."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from devices.availability import Availability
from devices.backoff import BackOff
from devices.reception import Reception, discard
from devices.registry import Registry
from devices.source import RADIO_DOWN, DeviceError, Health, Inlet
from devices.zigbee.actuator import ZigbeeActuator
from devices.zigbee.coordinator.coordinator import Coordinator, CoordinatorLostError
from devices.zigbee.coordinator.node import Node
from devices.zigbee.coordinator.settings import ZigbeeSettings
from devices.zigbee.coordinator.working_copy import WorkingCopy
from devices.zigbee.frames.alarm_state import AlarmState
from devices.zigbee.inquiry.flat_inquiry import FlatInquiry
from devices.zigbee.receiver import Receiver
from rules.model.events import FilePutAside
from rules.model.identity import DeviceId, Seconds

NAME: Final = "zigbee"
# A pulled stick is back within seconds; one that stays away need not be asked more often.
WAITS_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
PERMIT_S_MAX: Final = 254

log = structlog.get_logger(__name__)


class ZigbeeSource:
    """Implements `devices.source.Source` and `Actuator` (see `switch`) for one stick."""

    name = NAME

    def __init__(
        self,
        settings: ZigbeeSettings,
        registry: Registry,
        availability: Availability,
        *,
        database: Path,
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
        keep: Callable[[str, bytes, str], None] = discard,
    ) -> None:
        """Wire the source; nothing happens before `run`.

        Args:
            settings: table `[hub.zigbee]`.
            registry: who is enrolled under source `zigbee` (address = IEEE address).
            availability: is told of every frame of an enrolled device.
            database: where the driver keeps network and devices; made with mode 0600. Beside it
                stands the last known alarm state.
            now: the hub's axis.
            monotonic: real seconds.
            keep: takes malformed frames for diagnosis (name, payload, fault).
        """
        self._settings = settings
        self._now = now
        self._database = WorkingCopy(database, ram=settings.ram)
        self._alarm_state = AlarmState(database.with_name("zigbee_alarms.json"))
        self._coordinator: Coordinator | None = None
        self._failed: asyncio.Future[None] | None = None
        self._reception = Reception(NAME, registry, availability, now=now, keep=keep)
        self._inquiry = FlatInquiry(NAME, self._node, monotonic=monotonic)
        self._receiver = Receiver(
            NAME,
            self._reception,
            self._inquiry,
            self._alarm_state,
            node=self._node,
            pairing=lambda: self.pairing,
            fail=self._fail,
            now=now,
            monotonic=monotonic,
        )
        self._actuator = ZigbeeActuator(
            registry, NAME, self._node, confirm_within_s=settings.confirm_within_s
        )

    # --- Source ---------------------------------------------------------------------------

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled; a lost stick is reported, closed, and started anew.

        Raises:
            Exception: our own decoding or the inlet failed; the process must restart.
        """
        self._reception.open(inlet)
        self._failed = asyncio.get_running_loop().create_future()
        back_off = BackOff(WAITS_S)
        while True:
            coordinator = Coordinator(self._settings, self._database, self._receiver)
            try:
                fault = await _opened(coordinator)
                self._report_quarantine()
                if fault is None:
                    self._coordinator = coordinator
                    back_off.reset()
                    fault = await self._until_lost(coordinator, self._failed)
                self._reception.status.down(fault)
            finally:
                self._coordinator = None
                await coordinator.close()
            await asyncio.sleep(back_off.failed())

    async def _until_lost(self, coordinator: Coordinator, failed: asyncio.Future[None]) -> str:
        """Listen and ask; return what happened to the stick; raise what happened to us."""
        inquiry = self._inquiry.begin(self._reception.enrolled())
        self._reception.status.up()
        async with asyncio.TaskGroup() as all_:
            lost = all_.create_task(_lost(coordinator))
            asking = all_.create_task(inquiry.run())
            keeping = all_.create_task(self._alarm_state.run())
            await asyncio.wait((lost, failed), return_when=asyncio.FIRST_COMPLETED)
            self._inquiry.end()
            for one in (lost, asking, keeping):
                one.cancel()
        if failed.done():
            failed.result()
        return lost.result()

    def lost(self, fault: str) -> None:
        """Report the radio as down: `run` ended by a fault of the world."""
        self._reception.status.down(fault)

    def health(self) -> Health:
        """Return state and counters now."""
        return self._reception.health()

    # --- Actuator and pairing -------------------------------------------------------------

    def drives(self, device: DeviceId) -> bool:
        """Say whether this source can command the device."""
        return self._actuator.drives(device)

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        """Switch a lamp, relay, plug or sounder and wait for its own confirmation.

        Raises:
            DeviceError: the device did not confirm; `radio_down` says nothing about it.
        """
        if self._coordinator is None:
            raise DeviceError(device, RADIO_DOWN)
        await self._actuator.switch(device, on=on, level=level)

    async def permit(self, seconds: int) -> None:
        """Let devices join for so many seconds, at most 254; 0 closes the network.

        Raises:
            DeviceError: the radio is down.
        """
        assert 0 <= seconds <= PERMIT_S_MAX
        if self._coordinator is None:
            raise DeviceError(NAME, RADIO_DOWN)
        try:
            await self._coordinator.permit(seconds)
        except CoordinatorLostError as lost:
            raise DeviceError(NAME, RADIO_DOWN) from lost

    def nodes(self) -> tuple[Node, ...]:
        """Return every joined device, enrolled or not; empty while the radio is down."""
        return () if self._coordinator is None else self._coordinator.nodes()

    def ready(self) -> frozenset[str]:
        """Return addresses of joined devices whose set-up is finished.

        An alarm zone that does not take us for its control panel would send nothing: not ready.
        """
        joined = frozenset(node.address for node in self.nodes())
        return joined - self.pairing - self._inquiry.not_enrolled

    @property
    def pairing(self) -> frozenset[str]:
        """Addresses of new devices whose set-up is not finished yet."""
        return frozenset() if self._coordinator is None else self._coordinator.pairing

    # --- callbacks of the receiver and the inquiry ----------------------------------------

    def _node(self, address: str) -> Node | None:
        return None if self._coordinator is None else self._coordinator.node(address)

    def _fail(self, fault: Exception) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(fault)

    def _report_quarantine(self) -> None:
        """Say that a damaged database is in quarantine: devices may have to join again."""
        instead = self._database.take_quarantined()
        if instead is not None:
            file = self._database.disk.name
            event = FilePutAside(at=self._now(), file=file, instead=instead)
            self._reception.hand_on((event,), f"{NAME}:{file}")


async def _opened(coordinator: Coordinator) -> str | None:
    """Start the coordinator; return the fault if it does not start."""
    try:
        await coordinator.open()
    except Exception as fault:
        # A driver raises whatever it likes while starting. It is its stick's or its database's
        # fault, it is reported as RadioDown, and buttons of other radios must keep working.
        log.warning("radio_not_started", source=NAME, fault=type(fault).__name__, exc_info=fault)
        return type(fault).__name__
    return None


async def _lost(coordinator: Coordinator) -> str:
    """Wait until the stick is lost and return the fault."""
    try:
        await coordinator.wait_lost()
    except CoordinatorLostError as lost:
        return lost.fault
    raise AssertionError("the coordinator ended without a fault")
