# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from pathlib import Path

from rules.model.events import AnsweredFine
from tests.hub.flat import Flat, virtual
from tests.hub.test_local_fallback import fallen, lit, pull, withdraw


def test_the_light_goes_out_when_the_basis_ends_before_anything_has_left(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fallen(flat, hub)
            await asyncio.sleep(30)
            assert lit(flat) == [("lamp-outside", True)]
            withdraw(hub)
            await asyncio.sleep(1)
            assert lit(flat)[-1] == ("lamp-outside", False)
            (card,) = hub.view.panel().incidents
            assert (card.withheld, card.shines, card.phase) == (True, False, "noted")
        async with flat.hub() as hub:
            await asyncio.sleep(60)
            assert lit(flat)[-1] == ("lamp-outside", False)

    virtual(story())


def test_the_light_shines_on_when_the_basis_ends_after_the_service_has_the_message(
    tmp_path: Path,
):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            names = await fallen(flat, hub)
            await asyncio.sleep(30)
            assert hub.outbox.sent([names[1]])
            hub.inlet.append(AnsweredFine(at=hub.clock.axis()))
            assert len(hub.outbox) == 1
            withdraw(hub)
            assert len(hub.outbox) == 0
            await asyncio.sleep(30)
            assert lit(flat) == [("lamp-outside", True)]
            (card,) = hub.view.panel().incidents
            assert (card.withheld, card.shines) == (False, True)

    virtual(story())


def test_one_ended_basis_leaves_the_light_on_for_a_call_that_rests_on_another(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fallen(flat, hub)
            pull(flat, hub)
            await asyncio.sleep(30)
            withdraw(hub)
            await asyncio.sleep(30)
            assert lit(flat)[-1] == ("lamp-outside", True)
            shining = [one.kind for one in hub.view.panel().incidents if one.shines]
            assert shining == ["help_call"]

    virtual(story())
