# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is asked when: bounded, the urgent first, sleepers only when they listen."""

import asyncio
from contextlib import asynccontextmanager

from devices.zigbee.inquiry.inquiry import TRIES, TRY_EVERY_S, Inquiry, Owed
from devices.zigbee.inquiry.questions import StateQuestion

STATE = StateQuestion(1, 0x0006, (0x0000,))
ALARM = StateQuestion(1, 0x0500, (0x0002,), urgent=True)


class Flat:
    """Devices that answer or not, and a clock."""

    def __init__(self):
        self.asked = []
        self.answers = set()
        self.time_s = 100.0

    async def ask(self, address, _question):
        self.asked.append(address)
        await asyncio.sleep(0)
        return address in self.answers

    @asynccontextmanager
    async def inquiry(self, *owed):
        inquiry = Inquiry(self.ask, owed, monotonic=lambda: self.time_s, pauses_s=(0.0, 0.0, 0.0))
        self.task = asyncio.create_task(inquiry.run())
        yield inquiry
        self.task.cancel()
        await asyncio.wait((self.task,))

    async def quiet(self):
        for _ in range(50):
            await asyncio.sleep(0)


async def test_who_never_answers_is_asked_so_often_and_no_more():
    flat = Flat()
    async with flat.inquiry(Owed("lamp", (STATE,), awake=True)) as inquiry:
        await flat.quiet()
        assert flat.asked == ["lamp"] * 3
        for _ in range(20):
            inquiry.heard("lamp")
            await flat.quiet()
        assert len(flat.asked) == 3, "its frames come faster than it can be asked"
        for _ in range(20):
            flat.time_s += TRY_EVERY_S
            inquiry.heard("lamp")
            await flat.quiet()
        assert len(flat.asked) == 3 + TRIES
        assert inquiry.owes == {"lamp"}


async def test_a_sleeping_device_is_asked_when_it_speaks_also_if_that_was_before_the_first_round():
    flat = Flat()
    flat.answers = {"cord", "door"}
    cord, door = Owed("cord", (ALARM,), awake=False), Owed("door", (STATE,), awake=False)
    inquiry = Inquiry(flat.ask, (cord, door), monotonic=lambda: flat.time_s)
    inquiry.heard("cord")
    task = asyncio.create_task(inquiry.run())
    await flat.quiet()
    assert flat.asked == ["cord"]
    inquiry.heard("door")
    inquiry.heard("stranger")
    await flat.quiet()
    assert flat.asked == ["cord", "door"]
    inquiry.heard("door")
    await flat.quiet()
    assert flat.asked == ["cord", "door"], "who answered is left in peace"
    inquiry.owe(Owed("door", (STATE,), awake=False))
    await flat.quiet()
    assert flat.asked[2:] == ["door"], "until it comes back from outside the network"
    task.cancel()
    await asyncio.wait((task,))


async def test_where_somebody_may_lie_is_asked_before_lamps():
    flat = Flat()
    flat.answers = {"radar"}
    lamps = [Owed(f"lamp-{n}", (STATE,), awake=True) for n in range(6)]
    async with flat.inquiry(*lamps, Owed("radar", (ALARM,), awake=True)):
        await flat.quiet()
        assert flat.asked[0] == "radar"
        assert flat.asked.count("radar") == 1
