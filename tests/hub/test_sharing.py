# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A note to her alone stays at home until she taps "share", through restarts and all."""

import asyncio

from hub.web.pages import _sharing
from rules.model.events import BatteryMeasured, Motion, MotionEnded
from rules.model.identity import DeviceId
from rules.situation.coverage import SEEING
from tests.hub.flat import Flat, outbox, virtual

SENSORS = [f"motion-{room}" for room in ("living", "kitchen", "hall", "bath", "bedroom")]


QUICK_TO_LEARN = {
    "off": "inactivity,no_first_movement,not_seen,possible_fall,kitchen_unused,sensor_silent",
    "habits.learn_days": 1,
    "habits.week_days": 1,
}


async def days(flat, hub, count, every_h):
    for _ in range(int(count * 24 / every_h)):
        for device in (one for one in hub.view.apartment.devices if one.role in SEEING):
            flat.radio.say(BatteryMeasured(device=device.id, at=hub.clock.axis(), charge_pct=90.0))
        for name in SENSORS:
            flat.radio.say(Motion(device=DeviceId(name), at=hub.clock.axis()))
            flat.radio.say(MotionEnded(device=DeviceId(name), at=hub.clock.axis()))
        await asyncio.sleep(every_h * 3600)


def note(hub):
    return next(one for one in hub.view.panel().incidents if one.kind == "activity_drift")


def test_a_changed_habit_leaves_the_flat_by_her_tap_alone(tmp_path):
    async def story():
        flat = Flat(tmp_path, rules=QUICK_TO_LEARN)
        async with flat.hub() as hub:
            await days(flat, hub, 3, 1)
            await days(flat, hub, 2, 3)
            card = note(hub)
            assert _sharing(hub.view.panel(), card) == "open"
            assert not outbox(hub)
            hub.resident.share(card.id)
            assert outbox(hub) == [("activity_drift", 1)]
            assert _sharing(hub.view.panel(), note(hub)) == "shared"
        async with flat.hub() as hub:
            # Its basis was written with it: after a start it is still hers, and still shared.
            (parcel,) = hub.outbox.load()
            assert parcel.message.need.incident == card.id
            assert card.id in hub.memory.register.taps
            hub.resident.share(card.id)
            assert outbox(hub) == [("activity_drift", 1)]

    virtual(story())
