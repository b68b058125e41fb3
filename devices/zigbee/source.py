# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee as a source: supervises the stick, hears every frame, says what it means."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from devices.availability import Availability
from devices.backoff import BackOff
from devices.registry import Enrolled, Registry
from devices.source import RADIO_DOWN, DeviceError, Health, HealthState, Inlet, Sighting
from devices.zigbee import frame
from devices.zigbee.commands import ZigbeeActuator
from devices.zigbee.hearing import Heard, Hearing
from devices.zigbee.inquiry import Inquiry, Owed
from devices.zigbee.measured import Meanings, Measured
from devices.zigbee.questions import Answer, Question, ask, questions
from devices.zigbee.settings import ZigbeeSettings
from devices.zigbee.standing import Standing
from devices.zigbee.stick import Node, Stick, StickLostError, zone_facts
from devices.zigbee.twice import Twice
from devices.zigbee.working_copy import WorkingCopy
from rules.model.events import DeviceEvent, FilePutAside, RadioDown, RadioUp
from rules.model.identity import DeviceId, Seconds

NAME: Final = "zigbee"
# A pulled stick is back within seconds; one that stays away need not be asked more often.
BACKOFF_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
PERMIT_S_MAX: Final = 254
_ANNOUNCED: Final = 0x0013  # Device_annce (ZDO): a device is in the network (again)

log = structlog.get_logger(__name__)


def _throw_away(_frame: str, _raw: bytes, _fault: str) -> None:
    """Keep nothing of a malformed frame."""


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
        keep: Callable[[str, bytes, str], None] = _throw_away,
    ) -> None:
        """Wire the source; nothing happens before `run`.

        Args:
            settings: table `[hub.zigbee]`.
            registry: who is enrolled under source `zigbee` (address = IEEE address).
            availability: is told of every frame of an enrolled device.
            database: where the driver keeps network and devices; made with mode 0600. Beside it
                stands what alarms the hub knew of.
            now: the hub's axis.
            monotonic: real seconds.
            keep: takes malformed frames for diagnosis (name, payload, fault).
        """
        self._settings = settings
        self._registry = registry
        self._availability = availability
        self._database = WorkingCopy(database, ram=settings.ram)
        self._now = now
        self._keep = keep
        self._twice = Twice(monotonic=monotonic)
        self._meanings = Meanings()
        self._standing = Standing(database.with_name("zigbee_alarms.json"))
        self._decode = Hearing(self._standing, self._zone_facts, now=now, monotonic=monotonic)
        self._monotonic = monotonic
        self._inquiry: Inquiry | None = None
        self._unenrolled: set[str] = set()
        self._stick: Stick | None = None
        self._inlet: Inlet | None = None
        self._failed: asyncio.Future[None] | None = None
        self._hearing = ""
        self._state, self._since, self._fault = HealthState.STARTING, now(), ""
        self._frames = self._malformed = self._not_enrolled = 0
        self._actuator = ZigbeeActuator(
            registry, NAME, self._node, confirm_within_s=settings.confirm_within_s
        )

    # --- Source ---------------------------------------------------------------------------

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled; a lost stick is reported, closed, and started anew.

        Raises:
            Exception: our own decoding or the inlet failed; the process must restart.
        """
        self._inlet = inlet
        self._failed = asyncio.get_running_loop().create_future()
        back_off = BackOff(BACKOFF_S)
        while True:
            stick = Stick(self._settings, self._database, self)
            try:
                fault = await _opened(stick)
                self._say_put_aside()
                if fault is None:
                    self._stick = stick
                    back_off.reset()
                    fault = await self._until_lost(stick)
                self._down(fault)
            finally:
                self._stick = None
                await stick.close()
            await asyncio.sleep(back_off.failed())

    async def _until_lost(self, stick: Stick) -> str:
        """Listen and ask; return what happened to the stick; raise what happened to us."""
        assert self._failed is not None
        self._inquiry = Inquiry(self._ask, self._owed(), monotonic=self._monotonic)
        self._up()
        async with asyncio.TaskGroup() as all_:
            lost = all_.create_task(_lost(stick))
            asking = all_.create_task(self._inquiry.run())
            keeping = all_.create_task(self._standing.run())
            await asyncio.wait((lost, self._failed), return_when=asyncio.FIRST_COMPLETED)
            self._inquiry = None
            for one in (lost, asking, keeping):
                one.cancel()
        if self._failed.done():
            self._failed.result()
        return lost.result()

    def health(self) -> Health:
        """Return state and counters now."""
        return Health(
            state=self._state,
            since=self._since,
            frames=self._frames,
            malformed=self._malformed,
            not_enrolled=self._not_enrolled,
            last_fault=self._fault,
        )

    # --- Actuator and pairing -------------------------------------------------------------

    def drives(self, device: DeviceId) -> bool:
        """Say whether this source can command the device."""
        return self._actuator.drives(device)

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        """Switch a lamp, relay, plug or sounder and wait for its own confirmation.

        Raises:
            DeviceError: the device did not confirm; `radio_down` says nothing about it.
        """
        if self._stick is None:
            raise DeviceError(device, RADIO_DOWN)
        await self._actuator.switch(device, on=on, level=level)

    async def permit(self, seconds: int) -> None:
        """Let devices join for so many seconds, at most 254; 0 closes the network.

        Raises:
            DeviceError: the radio is down.
        """
        assert 0 <= seconds <= PERMIT_S_MAX
        if self._stick is None:
            raise DeviceError(NAME, RADIO_DOWN)
        try:
            await self._stick.permit(seconds)
        except StickLostError as lost:
            raise DeviceError(NAME, RADIO_DOWN) from lost

    def nodes(self) -> tuple[Node, ...]:
        """Return every joined device, enrolled or not; empty while the radio is down."""
        return () if self._stick is None else self._stick.nodes()

    def ready(self) -> frozenset[str]:
        """Return addresses of joined devices whose set-up is finished.

        An alarm zone that does not take us for its control panel would send nothing: not ready.
        """
        return frozenset(node.address for node in self.nodes()) - self.pairing - self._unenrolled

    @property
    def pairing(self) -> frozenset[str]:
        """Addresses of new devices whose set-up is not finished yet."""
        return frozenset() if self._stick is None else frozenset(self._stick.pairing)

    # --- Ear: what the stick hears --------------------------------------------------------

    def hear(self, address: str, profile: int, endpoint: int, cluster: int, data: bytes) -> None:
        """Take one raw frame; a fault of ours ends `run` instead of vanishing in the driver."""
        try:
            self._frame(address, profile, endpoint, cluster, data)
        except Exception as fault:  # noqa: BLE001  # the driver would swallow it
            self._fail(fault)

    def measured(self, address: str, endpoint: int, measured: Measured) -> None:
        """Take one attribute value; a fault of ours ends `run`."""
        try:
            enrolled = self._registry.find(NAME, address)
            if enrolled is None:
                return
            name = self._name_of(address, endpoint, measured.cluster)
            try:
                event = self._meanings.event(enrolled.device, self._now(), measured)
            except frame.MalformedFrameError as bad:
                self._spoiled(name, repr(measured.value).encode(), bad.fault)
                return
            if event is not None:
                self._put(event, name)
        except Exception as fault:  # noqa: BLE001  # the driver would swallow it
            self._fail(fault)

    def zone(self, address: str, endpoint: int, status: int) -> None:
        """Take one zone status made by a quirk; a fault of ours ends `run`."""
        try:
            enrolled = self._registry.find(NAME, address)
            if enrolled is not None:
                name = self._name_of(address, endpoint, frame.IAS_ZONE)
                press = f"{name}@{self._now():.3f}"
                self._put_all(self._decode.zone(enrolled, endpoint, status, press), name)
        except Exception as fault:  # noqa: BLE001  # the driver would swallow it
            self._fail(fault)

    def joined(self, address: str, model: str) -> None:
        """List a device that joined and is not enrolled; look whether one of ours is set up."""
        if (enrolled := self._registry.find(NAME, address)) is not None:
            self._owe(enrolled)
        else:
            self._registry.stranger(NAME, address, model)
            log.info("stranger_joined", source=NAME, model=model)

    def left(self, address: str) -> None:
        """Forget a stranger that left; one of ours is gone until it is heard again."""
        self._registry.stranger_left(NAME, address)
        if (enrolled := self._registry.find(NAME, address)) is not None:
            log.warning("device_left", source=NAME, device=enrolled.device.id)
            self._availability.gone(enrolled.device.id)

    # --- decoding -------------------------------------------------------------------------

    def _frame(self, address: str, profile: int, endpoint: int, cluster: int, data: bytes) -> None:
        self._frames += 1
        enrolled = self._registry.find(NAME, address)
        if enrolled is None:
            self._not_enrolled += 1
            self._registry.stranger(NAME, address)
            return
        self._availability.heard(enrolled.device.id)
        if not frame.is_zcl(profile):
            if cluster == _ANNOUNCED:
                self._owe(enrolled)
            return
        sequence = "-"
        try:
            one = frame.parse(address, endpoint, cluster, data)
            sequence = str(one.sequence)
            self._hearing = self._name(address, endpoint, cluster, sequence)
            if self._twice.heard(address, endpoint, cluster, data):
                return
            press = f"{self._hearing}@{self._now():.3f}"
            asked = self._inquiry is not None and self._inquiry.expects(address)
            heard = self._decode.frame(enrolled, one, press, asked=asked)
        except frame.MalformedFrameError as bad:
            self._spoiled(self._name(address, endpoint, cluster, sequence), data, bad.fault)
            return
        if heard.fault:
            self._spoiled(self._hearing, data, heard.fault)
        self._put_all(heard, self._hearing)
        if self._inquiry is not None:
            if asked and heard.committed is not None:
                self._inquiry.answered(address)
            self._inquiry.heard(address)

    def _spoiled(self, name: str, raw: bytes, fault: str) -> None:
        self._malformed += 1
        self._keep(name, raw, fault)

    def _put_all(self, heard: Heard, name: str) -> None:
        for event in heard.events[:-1]:
            self._put(event, name)
        if heard.events:
            self._put(heard.events[-1], name, heard.committed)
        elif heard.committed is not None:
            heard.committed()

    def _put(
        self, event: DeviceEvent, name: str, committed: Callable[[], None] | None = None
    ) -> None:
        assert self._inlet is not None
        self._inlet.put(Sighting(event=event, frame=name, committed=committed))

    def _name(self, address: str, endpoint: int, cluster: int, sequence: str) -> str:
        return f"{NAME}:{address}:{endpoint}:{cluster:04x}:{sequence}:{self._frames}"

    def _name_of(self, address: str, endpoint: int, cluster: int) -> str:
        """Name a value after the frame it came in; a quirk's timer has none."""
        start = f"{NAME}:{address}:{endpoint}:"
        if self._hearing.startswith(start) and self._hearing.endswith(f":{self._frames}"):
            return self._hearing
        return self._name(address, endpoint, cluster, "-")

    def _node(self, address: str) -> Node | None:
        return None if self._stick is None else self._stick.node(address)

    def _zone_facts(self, address: str, endpoint: int) -> tuple[int | None, int | None]:
        return zone_facts(self._node(address), endpoint)

    # --- what happened while nobody listened ----------------------------------------------

    def _owed(self) -> list[Owed]:
        """Return what every joined device of the flat can be asked."""
        found = (self._owed_by(one) for one in self._registry.of(NAME))
        return [one for one in found if one is not None]

    def _owed_by(self, enrolled: Enrolled) -> Owed | None:
        node = self._node(enrolled.address)
        if node is None:
            return None
        return Owed(node.address, questions(enrolled.device.role, node), awake=node.listens)

    def _owe(self, enrolled: Enrolled) -> None:
        """Ask a device that was away from the network: what it said meanwhile is lost."""
        owed = self._owed_by(enrolled)
        if owed is not None and self._inquiry is not None and owed.address not in self.pairing:
            self._inquiry.owe(owed)  # a device that is new listens for a while

    async def _ask(self, address: str, question: Question) -> bool:
        node = self._node(address)
        answer = Answer.NONE if node is None else await ask(node, question)
        if answer is Answer.NOT_ENROLLED and address not in self._unenrolled:
            self._unenrolled.add(address)
            log.error("zone_not_enrolled", source=NAME)
        elif answer is Answer.GIVEN and question.cluster == frame.IAS_ZONE:
            self._unenrolled.discard(address)
        return answer is Answer.GIVEN

    # --- state ----------------------------------------------------------------------------

    def _fail(self, fault: Exception) -> None:
        if self._failed is not None and not self._failed.done():
            self._failed.set_exception(fault)

    def _up(self) -> None:
        self._state, self._since = HealthState.UP, self._now()
        log.info("radio_back" if self._fault else "radio_up", source=NAME)
        self._radio(RadioUp(source=NAME, at=self._since))

    def _down(self, fault: str) -> None:
        self._fault = fault
        if self._state is HealthState.DOWN:
            return
        self._state, self._since = HealthState.DOWN, self._now()
        log.warning("radio_lost", source=NAME, fault=fault)
        self._radio(RadioDown(source=NAME, at=self._since))

    def _say_put_aside(self) -> None:
        """Say that a damaged database was put aside: devices may have to join again."""
        if self._database.put_aside is None:
            return
        event = FilePutAside(
            at=self._now(), file=self._database.disk.name, instead=self._database.put_aside
        )
        self._database.put_aside = None
        self._radio(event)

    def _radio(self, event: RadioUp | RadioDown | FilePutAside) -> None:
        assert self._inlet is not None
        self._inlet.put(Sighting(event=event, frame=f"{NAME}:radio:{self._frames}"))


async def _opened(stick: Stick) -> str | None:
    """Start the stick; return the fault if it does not start."""
    try:
        await stick.open()
    except Exception as fault:
        # A driver raises whatever it likes while starting. It is its stick's or its database's
        # fault, it is reported as RadioDown, and buttons of other radios must keep working.
        log.warning("radio_not_started", source=NAME, fault=type(fault).__name__, exc_info=fault)
        return type(fault).__name__
    return None


async def _lost(stick: Stick) -> str:
    """Wait until the stick is lost and return the fault."""
    try:
        await stick.wait_lost()
    except StickLostError as lost:
        return lost.fault
    raise AssertionError("the stick ended without a fault")
