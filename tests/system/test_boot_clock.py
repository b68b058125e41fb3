# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A hub whose clock is wrong by decades still gets help: real processes, TLS, no time server."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiomqtt

from showcase.apartment import set_up
from showcase.processes.care_line import CareLine
from showcase.processes.home import CARERS, Kept
from showcase.virtual.broker import Broker
from tests.peer.flats import BASE, Bench, panic
from tests.peer.our_hub import LEAD, OurHub, OurService
from tests.system.tls_proxy import TlsProxy, certificate

# It takes under 2 s beside other work; a call refused for its time would wait for minutes.
ACCEPTED_S_MAX = 30.0
DAY_S = 86_400
YEAR_S = 365 * DAY_S
LIBRARY = "faketime"
PASSWORDS = {name: f"{name}-passphrase-1" for name in CARERS}


class WrongClock:
    """What the hub's machine says the time is; the monotonic clock stays true."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "faketime.rc"
        self.set("+0")

    def set(self, offset: str) -> None:
        """Take an offset such as `+10y`, or an absolute start such as `@1970-01-01 00:00:30`."""
        self._file.write_text(offset + "\n")

    @property
    def environ(self) -> dict[str, str]:
        found = shutil.which(LIBRARY)
        assert found is not None, "apt-get install faketime"
        library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }


@dataclass
class World:
    """A paired flat behind TLS, and a carer's page."""

    hub: OurHub
    service: OurService
    broker: Broker
    clock: WrongClock
    carer: CareLine
    stored: dict[str, float]
    news: asyncio.Event

    async def press(self, seq: int) -> None:
        async with aiomqtt.Client("127.0.0.1", self.broker.port) as client:
            await client.publish(f"{BASE}/panic_1", panic(seq), qos=1)

    async def counted(self, presses: int, start: float) -> float:
        """Seconds from `start` until the cards at the service count so many presses."""
        async with asyncio.timeout(ACCEPTED_S_MAX):
            while True:
                cards = (await self.carer.ask("GET", "alerts"))["alerts"]
                if sum(one["count"] for one in cards if one["kind"] == "help_call") >= presses:
                    return time.monotonic() - start
                await asyncio.sleep(0.1)

    async def stored_after(self, count: int, start: float) -> float:
        """Seconds from `start` until the page knows `count` messages."""
        async with asyncio.timeout(ACCEPTED_S_MAX):
            while len(self.stored) < count:
                self.news.clear()
                await self.news.wait()
        return max(self.stored.values()) - start


@contextlib.asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    hub_folder, care_folder = folder / "flat", folder / "care"
    hub_folder.mkdir()
    care_folder.mkdir()
    pem, key = certificate(folder)
    clock = WrongClock(folder)
    broker = await Broker(folder).start()
    hub = OurHub(hub_folder, broker_port=broker.port, devices=(Bench("panic_1", "help"),))
    settings = (hub_folder / "tohuus.toml").read_text()
    settings = settings.replace('wall_clock = "trusted"', f'service_ca = "{pem}"')
    (hub_folder / "tohuus.toml").write_text(settings)
    hub._environ |= clock.environ
    service = OurService(care_folder, webhook="http://127.0.0.1:9/none")
    await service.up()
    async with TlsProxy(service.port, pem, key) as proxy:
        lead = CareLine(service.base, *LEAD)
        await lead.log_in()
        kept = Kept(
            passwords={LEAD[0]: LEAD[1], **PASSWORDS}, pin="1234", story_token="", ble_key=""
        )
        await set_up.people(lead, kept)
        await hub.up()
        await pair(hub, lead, proxy.base)
        await hub.line.setup("POST", "agreement", live=True)
        stored: dict[str, float] = {}
        news = asyncio.Event()

        async def page() -> None:
            async for name, data in lead.stream():
                if name == "alert" and data["kind"] == "help_call":
                    stored.setdefault(data["message_id"], time.monotonic())
                    news.set()

        reading = asyncio.create_task(page())
        try:
            yield World(hub, service, broker, clock, lead, stored, news)
        finally:
            reading.cancel()
            await hub.close()
            await service.stop()
            await broker.stop()
            await lead.close()


async def pair(hub: OurHub, lead: CareLine, through: str) -> None:
    code = (await lead.ask("POST", "lead/pairing-codes"))["code"]
    said = await hub.line.setup("POST", "pairing", service_url=through, code=code)
    async with asyncio.timeout(30):
        while not (said and said.get("key_hash")):
            await asyncio.sleep(0.1)
            said = await hub.line.setup("GET", "pairing")
        await lead.ask(
            "POST", f"lead/hubs/{said['hub_id']}/confirm", key_hash=str(said["key_hash"])
        )
        while not (said or {}).get("connected"):
            await asyncio.sleep(0.1)
            said = await hub.line.setup("GET", "pairing")


WRONG = {"1970": "@1970-01-01 00:00:30", "3 days": f"+{3 * DAY_S}", "10 years": f"+{10 * YEAR_S}"}


async def test_a_wrong_clock_is_no_reason_to_refuse_help(tmp_path: Path) -> None:
    async with world(tmp_path) as flat:
        for pulls, (name, wrong) in enumerate(WRONG.items(), start=1):
            await flat.hub.stop()
            flat.clock.set(wrong)
            await flat.hub.up()
            start = time.monotonic()
            await flat.press(pulls)
            took_s = await flat.stored_after(pulls, start)
            print(f"booted {name} off: accepted after {took_s:.2f} s")

        await flat.service.stop()
        for seq in (11, 12, 13):
            await flat.press(seq)
        flat.clock.set("@1970-01-01 00:00:30")
        await flat.press(14)
        await flat.service.up()
        start = time.monotonic()
        took_s = await flat.counted(len(WRONG) + 4, start)
        print(f"clock jumped with four calls waiting: accepted after {took_s:.2f} s")
