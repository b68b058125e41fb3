# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The visitors' page in a browser."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.browsing import PHONE, TABLET, WALL
from tests.browser.exhibition import exhibition
from tests.browser.inspection import inspect

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAST = {PHONE: 24, TABLET: 36, WALL: 48}
"""The wall page shrinks with the screen; sensors in the plan keep at least WCAG's 24 px."""


@pytest_asyncio.fixture(loop_scope="session")
async def house():
    async with exhibition() as running:
        yield running


async def visit(browser, house, path="/", **options):
    options.setdefault("viewport", {"width": WALL[0], "height": WALL[1]})
    context = await browser.new_context(locale="de-DE", **options)
    page = await context.new_page()
    await page.goto(house.address + path)
    await page.wait_for_selector("html[data-line=online]")
    return page


async def test_start_story_and_night_are_usable_by_everybody_and_load_nothing_foreign(
    browser, house
):
    await inspect(browser, house.address, "/", least=LEAST)
    house.help_in_the_bath()
    house.anna_comes()
    await inspect(browser, house.address, "/", least=LEAST)
    house.night()
    await inspect(browser, house.address, "/", least=LEAST, sizes=(WALL,))


async def test_a_story_begins_with_one_touch(browser, house):
    page = await visit(browser, house)
    await page.click("#tile-pull-cord")
    await expect(page.locator("#tile-pull-cord")).to_have_attribute("aria-busy", "false")
    assert house.did == [("story", "pull-cord")]
    await page.context.close()


async def test_what_happens_is_seen_without_a_reload(browser, house):
    page = await visit(browser, house)
    await expect(page.locator("#sc-phone")).to_contain_text("Kein Alarm")
    house.help_in_the_bath()
    await expect(page.locator("#sc-phone")).to_contain_text("Hilferuf")
    await expect(page.locator("#sc-light [data-state=hot]")).to_have_count(1)
    await page.click("#sc-take")
    assert ("accept", None) in house.did
    house.anna_comes()
    await expect(page.locator("#sc-phone")).to_contain_text("Anna kommt, etwa 8 Minuten")
    house.service_is_gone()
    await expect(page.locator("#sc-phone")).to_contain_text("Keine Verbindung")
    await page.context.close()


async def test_every_sensor_in_the_plan_and_the_gate_can_be_touched_by_keyboard(browser, house):
    page = await visit(browser, house)
    cord = page.locator("button[name=device][value=cord-bath]")
    await cord.focus()
    await page.keyboard.press("Enter")
    await page.focus("#sc-gate")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sc-gate")).to_have_attribute("aria-busy", "false")
    assert house.did == [("touch", "cord-bath"), ("gate", False)]
    await page.context.close()


async def test_visitors_read_it_in_their_language(browser, house):
    page = await visit(browser, house, "/?lang=da")
    await expect(page.locator("#sc-tiles")).to_contain_text("Fald på badet")
    await page.click("a[hreflang=en]")
    await expect(page.locator("#sc-tiles")).to_contain_text("Fall in the bathroom")
    await page.context.close()


async def test_a_lost_line_is_said(browser):
    async with exhibition() as house:
        page = await visit(browser, house)
    await expect(page.locator("#live")).to_have_text("Keine Verbindung")
    await page.context.close()
