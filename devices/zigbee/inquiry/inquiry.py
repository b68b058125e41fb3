# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the state of every device once after each start, and again after a reconnect.

A frame that was sent to a dead hub or a pulled stick is gone; the state it told of often lasts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from devices.zigbee.inquiry.questions import StateQuestion
from rules.model.identity import Seconds

type Ask = Callable[[str, StateQuestion], Awaitable[bool]]

# After a power cut the routers start together with the hub and need up to two minutes to carry
# frames again; whoever is silent then is asked when it speaks.
PAUSES_S: Final = (0.0, 5.0, 30.0, 120.0)
# A device on the mains answers in under 0.1 s. More at once would only wait in the stick.
AT_ONCE: Final = 4
# A sleeping device listens for a moment after it spoke. Some never answer a read at all.
TRIES: Final = 5
TRY_EVERY_S: Final = 10.0
# How long after "tell all data points" a Tuya device's reports are taken for the answer to it.
REPORTS_WITHIN_S: Final = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Owed:
    """The questions for one device.

    Attributes:
        questions: what is to be asked.
        awake: it listens all the time (mains); a sleeping one is asked when it speaks.
    """

    address: str
    questions: tuple[StateQuestion, ...]
    awake: bool


class _Open:
    """A device that has not answered yet.

    Attributes:
        questions: what is still to be asked.
        tries: how often it was asked because it spoke.
        tried: when it was asked last (real seconds), None while nobody did.
        asking: a read is under way.
    """

    __slots__ = ("address", "asking", "awake", "questions", "tried", "tries")

    def __init__(self, owed: Owed) -> None:
        self.address = owed.address
        self.awake = owed.awake
        self.questions = owed.questions
        self.tries = 0
        self.tried: Seconds | None = None
        self.asking = False

    @property
    def urgent(self) -> bool:
        """Somebody may lie there."""
        return any(one.urgent for one in self.questions)


class Inquiry:
    """The questions of one life of the coordinator. Asks only; answers come as frames."""

    def __init__(
        self,
        ask: Ask,
        owed: Iterable[Owed],
        *,
        monotonic: Callable[[], Seconds],
        pauses_s: tuple[Seconds, ...] = PAUSES_S,
    ) -> None:
        """Wire it; nothing is asked before `run`.

        Args:
            ask: puts one question on the air and says whether it was answered; never raises for
                what a device does.
            owed: whom to ask what.
            monotonic: real seconds.
            pauses_s: before each pass among those who listen all the time.
        """
        self._pauses_s = pauses_s
        self._ask_device = ask
        self._monotonic = monotonic
        self._open = {one.address: _Open(one) for one in owed if one.questions}
        self._spoke_early: list[str] = []
        self._told_all: dict[str, Seconds] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Ask until cancelled: who listens now, then each of the others when it speaks."""
        async with asyncio.TaskGroup() as self._group:
            for address in self._spoke_early:
                self.heard(address)
            for pause_s in self._pauses_s:
                await asyncio.sleep(pause_s)
                listening = [one for one in self._open.values() if one.awake]
                if not listening:
                    break
                async with asyncio.TaskGroup() as all_:
                    for one in sorted(listening, key=lambda one: not one.urgent):
                        all_.create_task(self._when_free(one))
            silent = sorted(one.address for one in self._open.values() if one.awake)
            if silent:
                log.warning("devices_did_not_answer", addresses=len(silent))
            await asyncio.Event().wait()

    @property
    def owes(self) -> frozenset[str]:
        """Addresses of those who have not answered yet."""
        return frozenset(self._open)

    def heard(self, address: str) -> None:
        """Note that a device speaks, so listens: the moment to ask one that sleeps."""
        one = self._open.get(address)
        if one is None or one.asking or one.tries >= TRIES:
            return
        if self._group is None:
            self._spoke_early.append(address)
            return
        if one.tried is not None and self._monotonic() - one.tried < TRY_EVERY_S:
            return
        one.tries += 1
        # It listens now and not later: no waiting for a slot behind lamps that are switched off.
        self._group.create_task(self._ask(one))

    def owe(self, one: Owed) -> None:
        """Ask a device (again) that was away from the network and announces itself."""
        if one.questions:
            self._open[one.address] = _Open(one)
            self.heard(one.address)

    def answered(self, address: str) -> None:
        """Note that a Tuya device told the data point that matters; what comes now is live."""
        if self._told_all.pop(address, None) is not None:
            self._open.pop(address, None)

    def expects(self, address: str) -> bool:
        """Say whether a report of this device may be the answer to "tell all data points"."""
        at = self._told_all.get(address)
        return at is not None and self._monotonic() - at < REPORTS_WITHIN_S

    async def _when_free(self, one: _Open) -> None:
        async with self._slots:
            await self._ask(one)

    async def _ask(self, one: _Open) -> None:
        if one.asking or self._open.get(one.address) is not one:
            return
        one.asking, one.tried = True, self._monotonic()
        try:
            left = [each for each in one.questions if not await self._asked(one.address, each)]
        finally:
            one.asking = False
        one.questions = tuple(left)
        if not left and self._open.get(one.address) is one:
            self._open.pop(one.address)

    async def _asked(self, address: str, question: StateQuestion) -> bool:
        if not question.attributes:
            self._told_all[address] = self._monotonic()
        return await self._ask_device(address, question)
