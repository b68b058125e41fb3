# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make shots`: stores pictures of all faces in docs/img, from the real hub and the real service."""

import asyncio
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page

from rules.model.events import CarerStep
from tests.browser.browsing import PHONE, TABLET, WALL, chromium
from tests.browser.scenes import DAY, NIGHT, Home, duty, home

DEMO_S = 120.0
"""So long the demo may take until a carer has accepted."""
FOLDER = Path(__file__).parents[2] / "docs" / "img"


class Album:
    """Takes pictures whose names begin as asked for."""

    def __init__(self, browser: Browser, wanted: str) -> None:
        self.browser = browser
        self.wanted = wanted

    async def shoot(
        self, context: BrowserContext, name: str, address: str, size: tuple[int, int]
    ) -> None:
        if not name.startswith(self.wanted):
            return
        page = await context.new_page()
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.goto(address)
        if await page.locator("#need-sound:visible").count():
            await page.click("#need-sound")
        await self.keep(page, name)
        await page.close()

    async def keep(self, page: Page, name: str) -> None:
        """Store what the page shows now."""
        await page.evaluate("document.fonts.ready")
        await page.wait_for_timeout(500)
        await page.screenshot(path=FOLDER / f"{name}.png")
        print(f"docs/img/{name}.png")


@asynccontextmanager
async def _home(when=DAY) -> AsyncIterator[Home]:
    with tempfile.TemporaryDirectory() as folder:
        async with home(Path(folder), when=when) as running:
            running.heard()
            yield running


async def panel(album: Album) -> None:
    """The resident's panel."""
    german = await album.browser.new_context(locale="de-DE")
    danish = await album.browser.new_context(locale="da-DK")
    async with _home() as here:
        for name, path in (
            ("home", "/"),
            ("sensed", "/sensed"),
            ("pause", "/pause"),
            ("visit", "/visit"),
            ("consents", "/consents"),
            ("consent", "/consents/falls"),
        ):
            await album.shoot(german, f"panel-{name}", here.address + path, TABLET)
        await album.shoot(german, "panel-home-phone", here.address + "/", PHONE)
        await album.shoot(german, "panel-home-wall", here.address + "/", WALL)
        await album.shoot(danish, "panel-home-da", here.address + "/", TABLET)
        here.silent("motion-bath")
        await album.shoot(german, "panel-blind", here.address + "/", TABLET)
        await album.shoot(german, "panel-sensed-blind", here.address + "/sensed", TABLET)
        here.fall()
        incident = await here.incident()
        await album.shoot(german, "panel-asked", here.address + "/", TABLET)
        here.hub.resident.fine()
        await album.shoot(german, "panel-why", f"{here.address}/why/{incident}", TABLET)
    async with _home() as here:
        here.hub.resident.help()
        await album.shoot(german, "panel-calling", here.address + "/", TABLET)
        await here.answered(CarerStep.ACCEPTED, 8)
        await album.shoot(german, "panel-coming", here.address + "/", TABLET)
        await here.answered(CarerStep.ARRIVED)
        await album.shoot(german, "panel-here", here.address + "/", TABLET)
        await album.shoot(german, "panel-lately", here.address + "/lately", TABLET)
    async with _home(NIGHT) as here:
        await album.shoot(german, "panel-night", here.address + "/", TABLET)
    await german.close()
    await danish.close()


async def care(album: Album) -> None:
    """The carers' phone and the lead's pages."""
    async with duty() as shift:
        phone = await shift.log_in(album.browser, device_scale_factor=2)
        lead = await shift.log_in(album.browser, "lead")
        night = await shift.log_in(album.browser, color_scheme="dark", device_scale_factor=2)
        out = await album.browser.new_context(locale="de-DE", device_scale_factor=2)
        base = shift.address
        await album.shoot(out, "care-login", f"{base}/login", PHONE)
        await album.shoot(out, "care-offline", f"{base}/care/offline", PHONE)
        await album.shoot(phone, "care-quiet", f"{base}/care/", PHONE)
        fall = await shift.possible_fall()
        await shift.stove()
        await shift.battery()
        await shift.world.pass_time(40)
        await album.shoot(phone, "care-alarms", f"{base}/care/", PHONE)
        await album.shoot(night, "care-alarms-night", f"{base}/care/", PHONE)
        await album.shoot(lead, "care-alarms-tablet", f"{base}/care/", TABLET)
        await album.shoot(lead, "care-alarms-wall", f"{base}/care/", WALL)
        act = f"/v1/alerts/{fall}"
        await shift.world.anna.post(f"{act}/accept", json={"minutes": 8})
        await album.shoot(phone, "care-taken", f"{base}/care/", PHONE)
        await shift.world.anna.post(f"{act}/arrived", json={})
        await album.shoot(phone, "care-there", f"{base}/care/", PHONE)
        await shift.world.anna.post(f"{act}/close", json={"reason": "real"})
        await album.shoot(phone, "care-history", f"{base}/care/history", PHONE)
        await album.shoot(phone, "care-flats", f"{base}/care/flats", PHONE)
        await album.shoot(phone, "care-more", f"{base}/care/more", PHONE)
        await album.shoot(lead, "lead", f"{base}/lead/", TABLET)
        chain = f"{base}/lead/hubs/{shift.hub.id}/chain"
        await album.shoot(lead, "lead-chain", chain, TABLET)
        for context in (phone, lead, night, out):
            await context.close()


async def demo(album: Album) -> None:
    """The running showcase: a real `tohuus demo` plays the fall in the bathroom to its end."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tohuus", "demo", "--story", "fall-bath-night"),
            *("--port-base", "0", "--home", folder),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(DEMO_S):
                places = await _places(process.stdout)
                await _watch_the_story(album, places)
        finally:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def _places(said: asyncio.StreamReader | None) -> list[str]:
    """Return the addresses the demo prints: visitors, panel, phone, office."""
    assert said is not None
    places: list[str] = []
    while len(places) < 4:
        line = (await said.readline()).decode()
        assert line, "the demo ended early"
        places += re.findall(r"http://127\.0\.0\.1:\d+/\S*", line)
    return places


async def _watch_the_story(album: Album, places: list[str]) -> None:
    context = await album.browser.new_context(locale="de-DE")
    wall, tablet = await context.new_page(), await context.new_page()
    for page, address, size in ((wall, places[0], WALL), (tablet, places[1], TABLET)):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.goto(address)
    await wall.wait_for_selector("#sc-phone .taken", timeout=DEMO_S * 1000)
    await tablet.wait_for_selector("main[data-mode=coming]")
    await album.keep(wall, "showcase")
    await album.keep(tablet, "showcase-panel")
    await wall.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await album.keep(wall, "showcase-phone")
    await context.close()


PARTS: dict[Callable[[Album], Awaitable[None]], tuple[str, ...]] = {
    panel: ("panel",),
    care: ("care", "lead"),
    demo: ("showcase",),
}
"""What takes which pictures, by the beginning of their names."""


async def main(wanted: str) -> None:
    """Store all pictures whose names begin with `wanted`."""
    FOLDER.mkdir(exist_ok=True)
    async with chromium() as browser:
        for part, pictures in PARTS.items():
            if any(one.startswith(wanted) or wanted.startswith(one) for one in pictures):
                await part(Album(browser, wanted))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
