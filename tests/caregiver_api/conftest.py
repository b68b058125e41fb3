# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from collections.abc import AsyncIterator

import pytest

from tests.caregiver_api.world import FakeHub, World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    await made.start()
    await made.people()
    yield made
    await made.stop()


@pytest.fixture
async def hub(world: World) -> FakeHub:
    paired = await world.hub()
    await world.policy(paired, (("anna",), 60.0), (("bo",), 60.0))
    return paired
