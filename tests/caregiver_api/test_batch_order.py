# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from tests.caregiver_api.world import FakeHub, World


async def test_messages_of_one_request_are_told_in_the_order_of_their_numbers(
    world: World, hub: FakeHub
):
    """A stream that breaks between two of them resumes behind the last one it has seen."""
    async with world.watch(world.anna) as stream:
        await stream.next("snapshot")
        await hub.send(hub.alert(1), hub.alert(2), hub.alert(3, priority="info"))
        numbers = [(await stream.next("alert"))[2] for _ in range(3)]
    assert numbers == sorted(numbers)
