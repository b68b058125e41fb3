# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from random import Random

import pytest
import sqlalchemy as sa

from caregiver_api.platform import migrations, schema
from caregiver_api.platform.store import Store
from tests.simulation.disk import PowerLoss, SimulatedDisk
from tests.simulation.inline_sqlite import connector
from tests.simulation.loop import SimulatedLoop


def on_virtual_time(coroutine):
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(coroutine)


async def count(store: Store) -> int:
    async def work(connection):
        return await connection.scalar(sa.select(sa.func.count()).select_from(schema.note))

    return await store.read(work)


def test_a_thousand_statements_take_no_virtual_time():
    async def world():
        disk = SimulatedDisk(Random(1))
        store = Store.on(connector(lambda: disk.connect("service.db")))
        await store.open()
        await asyncio.sleep(10.0)
        for number in range(1000):
            await store.write(
                lambda connection, name=f"n{number}": migrations.remember(connection, name, "x")
            )
        assert asyncio.get_running_loop().time() == 10.0
        assert await count(store) == 1001
        assert disk.statements > 2000

    on_virtual_time(world())


def test_a_power_loss_inside_a_transaction_of_the_service_leaves_its_last_commit():
    async def world():
        disk = SimulatedDisk(Random(1))
        store = Store.on(connector(lambda: disk.connect("service.db")))
        await store.open()
        before = await count(store)

        async def torn(connection):
            await migrations.remember(connection, "half", "1")
            disk.strike_soon()
            for number in range(20):
                await migrations.remember(connection, f"half{number}", "1")

        with pytest.raises(PowerLoss):
            await store.write(torn)
        with pytest.raises(PowerLoss):
            await count(store)
        disk.power_loss()
        assert disk.torn == 1
        disk.power_on()
        again = Store.on(connector(lambda: disk.connect("service.db")))
        await again.open()
        assert await count(again) == before

    on_virtual_time(world())
