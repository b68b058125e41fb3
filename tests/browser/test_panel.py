# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's panel in a browser, on the real hub."""

import asyncio

import pytest
from playwright.async_api import expect

from rules.model.consent import ConsentState, Purpose
from rules.model.events import CarerStep
from tests.browser.browsing import TABLET, watch
from tests.browser.inspection import inspect
from tests.browser.scenes import NIGHT, PIN, home
from tests.hub.flat import outbox, rows
from tests.hub.test_sharing import QUICK_TO_LEARN

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAST = 76


async def open_panel(browser, flat, path="/", **options):
    context = await browser.new_context(
        locale="de-DE", viewport={"width": TABLET[0], "height": TABLET[1]}, **options
    )
    page = await context.new_page()
    await page.goto(flat.address + path)
    return page


async def live(page):
    await page.wait_for_selector("html[data-line=online]")


async def test_every_page_is_usable_by_everybody_and_loads_nothing_foreign(browser, flat):
    flat.heard("motion-bath")
    pages = ("/", "/sensed", "/pause", "/visit", "/consents", "/consents/falls", "/lately")
    await inspect(browser, flat.address, *pages, least=LEAST)


async def test_question_call_and_coming_carer_are_usable_by_everybody(browser, flat):
    flat.heard()
    flat.fall()
    incident = await flat.incident()
    await inspect(browser, flat.address, "/", least=LEAST, waits_for="main[data-mode=asked]")
    flat.hub.resident.fine()
    await inspect(browser, flat.address, f"/why/{incident}", least=LEAST)
    flat.hub.resident.help()
    await inspect(browser, flat.address, "/", least=LEAST, waits_for="main[data-mode=calling]")
    await flat.answered(CarerStep.ACCEPTED, 8)
    await inspect(browser, flat.address, "/", least=LEAST, waits_for="main[data-mode=coming]")


async def test_a_changed_habit_is_hers_until_she_tells_it(browser, tmp_path):
    async with home(tmp_path, rules=QUICK_TO_LEARN) as flat:
        flat.days(3, 1)
        flat.days(2, 3)
        page = await open_panel(browser, flat)
        await live(page)
        await page.click("text=Ihre Tage haben sich verändert")
        await expect(page.locator("main")).to_contain_text("Das sehen nur Sie.")
        why = page.url.removeprefix(flat.address)
        await inspect(browser, flat.address, "/", why, least=LEAST)
        assert not outbox(flat.hub)
        await page.click("#do-share")
        await expect(page.locator("main")).to_contain_text("Sie haben das Ihrer Pflege gesagt.")
        await expect(page.locator("main")).not_to_contain_text("gerufen")
        assert outbox(flat.hub) == [("activity_drift", 1)]
        await page.context.close()


async def test_at_night_the_panel_is_dark_and_still_legible(browser, tmp_path):
    async with home(tmp_path, when=NIGHT) as flat:
        flat.heard()
        await inspect(browser, flat.address, "/", least=LEAST, waits_for="html[data-theme=night]")


async def test_one_tap_calls_help_without_asking_back_and_a_tremor_is_one_tap(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat)
    await live(page)
    button = page.locator("#do-help")
    await button.dblclick()
    await expect(page.locator("main[data-mode=calling] h1")).to_have_text("Hilfe wird gerufen")
    assert rows(flat.hub).count("HelpPressed") == 1
    await page.context.close()


async def test_two_taps_at_once_from_two_displays_are_one_wish_at_the_hub(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat)
    status = await page.evaluate(
        """async () => (await Promise.all([1, 2, 3].map(() => fetch('/help', {method: 'POST',
        headers: {'Tohuus-Quick': '1'}})))).map(r => r.status)"""
    )
    assert status == [204, 204, 204]
    assert rows(flat.hub).count("HelpPressed") == 1
    await page.context.close()


async def test_help_is_taken_back_by_its_own_button_and_never_by_a_second_press(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat)
    await live(page)
    await page.click("#do-help")
    await page.click("main[data-mode=calling] #do-take-back")
    await page.wait_for_selector("main[data-mode=home]")
    assert rows(flat.hub).count("HelpTakenBack") == 1
    await page.context.close()


async def test_a_question_fills_the_open_panel_and_one_tap_answers_it(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat)
    await live(page)
    flat.fall()
    await expect(page.locator("main[data-mode=asked] h1")).to_have_text("Geht es Ihnen gut?")
    left = int(await page.locator("[data-left]").text_content())
    assert 0 < left <= 45
    await page.click("#do-fine")
    await page.wait_for_selector("main[data-mode=home]")
    assert rows(flat.hub).count("AnsweredFine") == 1
    await page.context.close()


async def test_who_comes_and_when_stands_on_the_open_panel_by_itself(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat)
    await live(page)
    flat.hub.resident.help()
    await flat.answered(CarerStep.ACCEPTED, 8)
    coming = page.locator("main[data-mode=coming]")
    await expect(coming.locator("h1")).to_have_text("Anna kommt")
    await expect(coming.locator(".sub")).to_have_text("etwa 8 Minuten")
    await flat.answered(CarerStep.ARRIVED)
    await expect(coming.locator("h1")).to_have_text("Anna ist da")
    await page.context.close()


async def test_all_quiet_is_only_said_when_everything_that_should_be_seen_is_seen(browser, flat):
    page = await open_panel(browser, flat)
    await expect(page.locator(".state")).to_contain_text("Nicht alles ist zu sehen")
    flat.heard()
    await expect(page.locator(".state")).to_contain_text("Alles ruhig")
    flat.silent("motion-bath")
    await expect(page.locator(".state")).to_contain_text("Bad")
    await expect(page.locator(".state")).not_to_contain_text("Alles ruhig")
    await page.context.close()


async def test_a_lost_line_covers_the_screen_with_what_still_works(browser, tmp_path):
    async with home(tmp_path) as flat:
        flat.heard()
        page = await open_panel(browser, flat)
        await live(page)
    await expect(page.locator(".offline")).to_be_visible()
    await expect(page.locator(".offline")).to_contain_text("Ziehen Sie die Schnur")
    await page.context.close()


async def test_the_panel_works_without_javascript(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat, java_script_enabled=False)
    await page.click("#do-help")
    await expect(page.locator("main[data-mode=calling]")).to_be_visible()
    await page.goto(flat.address + "/pause")
    await page.click("button[value='60']")
    assert flat.hub.view.panel().paused_until is not None
    await page.context.close()


async def test_a_page_goes_home_by_itself_when_a_question_comes(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat, "/consents")
    await live(page)
    flat.fall()
    await page.wait_for_url(flat.address + "/")
    await page.wait_for_selector("main[data-mode=asked]")
    await page.context.close()


async def test_a_page_nobody_touches_goes_home_after_a_minute(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat, "/pause")
    await live(page)
    await page.clock.install()
    await page.reload()
    await page.wait_for_selector(".choices")
    await page.clock.fast_forward(30_000)  # the page's clock also runs by itself meanwhile
    assert page.url == flat.address + "/pause"
    await page.clock.fast_forward(31_000)
    await page.wait_for_url(flat.address + "/")
    await page.context.close()


async def test_a_consent_changes_with_the_residents_digits_and_not_without(browser, flat):
    page = await open_panel(browser, flat, "/consents/falls")
    await live(page)
    await page.wait_for_selector(".keys:not([hidden])")
    for digit in "0815":
        await page.click(f".keys button[value='{digit}']")
    await page.click("button[value=refused]")
    await expect(page.locator("[role=alert].notice")).to_contain_text("nicht Ihre Ziffern")
    assert state_of(flat) is ConsentState.GIVEN
    await page.wait_for_selector(".keys:not([hidden])")
    for digit in PIN:
        await page.click(f".keys button[value='{digit}']")
    await page.click("button[value=refused]")
    await page.wait_for_url(flat.address + "/consents")
    assert state_of(flat) is ConsentState.WITHDRAWN
    await expect(page.locator("a[href='/consents/falls'] .said")).to_have_text("Nein")
    await page.context.close()


def state_of(flat):
    consents = flat.hub.view.panel().consents
    return next(one.state for one in consents if one.purpose is Purpose.FALLS)


async def test_a_keyboard_alone_reaches_help_first(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat)
    await live(page)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.id") == "do-help"
    await page.keyboard.press("Enter")
    await page.wait_for_selector("main[data-mode=calling]")
    await page.context.close()


async def test_danish_and_english_readers_get_their_own_words_and_rooms(browser, flat):
    flat.heard()
    page = await open_panel(browser, flat, "/?lang=da")
    await expect(page.locator("#do-help")).to_contain_text("Jeg har brug for hjælp")
    await page.goto(flat.address + "/sensed")
    await expect(page.locator(".rooms")).to_contain_text("Soveværelse")
    await page.goto(flat.address + "/?lang=en")
    await expect(page.locator("#do-help")).to_contain_text("I need help")
    await page.context.close()


async def test_a_foreign_script_or_markup_cannot_run(browser, flat):
    context = await browser.new_context()
    watched = await watch(context, flat.address)
    page = watched.page
    await page.goto(flat.address)
    await live(page)
    ran = await page.evaluate(
        """() => { const s = document.createElement('script');
        try { s.textContent = 'window.foreign = 1'; } catch { return 'refused'; }
        document.head.append(s); return String(window.foreign); }"""
    )
    refused = await page.evaluate(
        """() => { try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); return false; }
        catch { return true; } }"""
    )
    assert ran in {"refused", "undefined"}
    assert refused
    await context.close()


async def test_two_open_panels_show_the_same(browser, flat):
    flat.heard()
    first, second = await asyncio.gather(open_panel(browser, flat), open_panel(browser, flat))
    await asyncio.gather(live(first), live(second))
    flat.hub.resident.help()
    await asyncio.gather(
        first.wait_for_selector("main[data-mode=calling]"),
        second.wait_for_selector("main[data-mode=calling]"),
    )
    await asyncio.gather(first.context.close(), second.context.close())
