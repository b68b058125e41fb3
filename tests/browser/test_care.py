# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The carers' pages in a browser, on the real service."""

import pytest
from playwright.async_api import expect

from caregiver_api import wire
from caregiver_api.web.cards import SHORT
from tests.browser.browsing import PHONE, served, watch
from tests.browser.inspection import inspect
from tests.browser.scenes import duty
from tests.caregiver_api.world import PASSWORD, FakeHub

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAST = 44


async def open_phone(browser, care, name="anna", path="/care/", **options):
    options.setdefault("viewport", {"width": PHONE[0], "height": PHONE[1]})
    context = await care.log_in(browser, name, **options)
    page = await context.new_page()
    await page.goto(care.address + path)
    return page


async def live(page):
    await page.wait_for_selector("html[data-line=online]")


async def logged_in(browser, care, name="anna"):
    context = await care.log_in(browser, name)
    state = await context.storage_state()
    await context.close()
    return state


async def test_every_carers_page_is_usable_by_everybody_and_loads_nothing_foreign(browser, care):
    await care.possible_fall()
    await care.stove()
    await care.battery()
    storage = await logged_in(browser, care)
    known = {"least": LEAST, "storage_state": storage}
    pages = ("/care/", "/care/flats", "/care/history", "/care/more")
    await inspect(browser, care.address, *pages, **known)
    await inspect(browser, care.address, "/care/", color_scheme="dark", **known)
    await inspect(browser, care.address, "/login", "/care/offline", least=LEAST)


async def test_taken_and_closed_alarms_and_the_leads_pages_are_usable_by_everybody(browser, care):
    incident = await care.possible_fall()
    storage = await logged_in(browser, care)
    for verb, body in (("accept", {"minutes": 8}), ("arrived", {})):
        await care.world.anna.post(f"/v1/alerts/{incident}/{verb}", json=body)
        known = {"least": LEAST, "storage_state": storage, "waits_for": "[data-owned]"}
        await inspect(browser, care.address, "/care/", **known)
    lead = await logged_in(browser, care, "lead")
    chain = f"/lead/hubs/{care.hub.id}/chain"
    await inspect(browser, care.address, "/lead/", chain, least=LEAST, storage_state=lead)


async def test_nothing_is_shown_without_log_in(browser, care):
    await care.possible_fall()
    context = await browser.new_context()
    page = await context.new_page()
    for path in ("/care/", "/care/flats", "/care/history", "/care/more", "/lead/"):
        await page.goto(care.address + path)
        assert page.url == f"{care.address}/login"
    answer = await context.request.get(f"{care.address}/care/events")
    assert answer.status == 401
    answer = await context.request.post(f"{care.address}/care/alerts/{'0' * 32}/accept")
    assert answer.status == 401
    await context.close()


async def test_a_wrong_password_is_said_and_a_right_one_leads_to_the_alarms(browser, care):
    context = await browser.new_context(locale="de-DE")
    page = await context.new_page()
    await page.goto(f"{care.address}/login")
    await page.fill("#name", "anna")
    await page.fill("#password", "not-this-one")
    await page.click("button:has-text('Anmelden')")
    await expect(page.locator("[role=alert]")).to_have_text("Name oder Passwort stimmt nicht.")
    await page.fill("#password", PASSWORD)
    await page.click("button:has-text('Anmelden')")
    await page.wait_for_url(f"{care.address}/care/")
    await context.close()


async def test_a_new_alarm_comes_by_itself_says_why_and_rings(browser, care):
    page = await open_phone(browser, care)
    await live(page)
    await expect(page.locator("#board")).to_contain_text("Kein offener Alarm")
    await page.click("#need-sound")
    await expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    incident = await care.possible_fall()
    card = page.locator(f"#a-{incident[:SHORT]}")
    await expect(card).to_contain_text("Sturz möglich")
    await expect(card).to_contain_text("Warum dieser Alarm?")
    await expect(card).to_contain_text("20 Minuten")
    await expect(card).to_contain_text("Küche ist seit")
    await expect(card).to_contain_text("geht es weiter an Bo")
    await expect(page.locator("html")).to_have_attribute("data-played", "urgent 1")
    assert (await page.title()).startswith("(1) ")
    await page.context.close()


async def test_sound_is_visibly_off_until_the_first_tap(browser, care):
    page = await open_phone(browser, care)
    await expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
    await expect(page.locator("#sound")).to_contain_text("Ton aus")
    await expect(page.locator("#need-sound")).to_be_visible()
    await page.click("#sound")
    await expect(page.locator("#sound")).to_contain_text("Ton an")
    await expect(page.locator("#need-sound")).to_be_hidden()
    await page.context.close()


async def test_one_tap_takes_the_alarm_with_minutes_and_everybody_sees_who(browser, care):
    anna = await open_phone(browser, care)
    lead = await open_phone(browser, care, "lead")
    await live(anna)
    await live(lead)
    incident = await care.possible_fall()
    card = f"#a-{incident[:SHORT]}"
    await anna.click(f"{card} button[value='8']")
    await expect(anna.locator(card)).to_contain_text("Sie haben übernommen")
    await expect(anna.locator(card)).to_contain_text("etwa 8 Min.")
    await expect(lead.locator(card)).to_contain_text("Anna hat übernommen")
    await expect(anna.locator("#ring")).to_have_attribute("data-ring", "none")
    async with care.hub.stream() as down:
        told = await down.down("carer_answered")
    assert (told["carer"], told["minutes"], told["step"]) == ("Anna", 8, "accepted")
    await anna.click(f"{card} >> text=Unterwegs")
    await anna.click(f"{card} >> text=Ich bin da")
    await anna.click(f"{card} >> text=Fehlalarm")
    await expect(anna.locator(card)).to_have_count(0)
    await anna.goto(f"{care.address}/care/history")
    await expect(anna.locator("main")).to_contain_text("Fehlalarm · geschlossen von Anna")
    await anna.context.close()
    await lead.context.close()


async def test_whoever_comes_second_is_told_who_was_first(browser, care):
    incident = await care.possible_fall()
    page = await open_phone(browser, care, java_script_enabled=False)
    await care.world.lead.post(f"/v1/alerts/{incident}/accept", json={"minutes": 3})
    await page.click(f"#a-{incident[:SHORT]} button[value='8']")
    await expect(page.locator("[role=alert].notice--soon")).to_contain_text("schon übernommen")
    await page.context.close()


async def test_the_verbs_work_without_javascript(browser, care):
    incident = await care.possible_fall()
    page = await open_phone(browser, care, java_script_enabled=False)
    await page.click(f"#a-{incident[:SHORT]} button[value='15']")
    await expect(page.locator(f"#a-{incident[:SHORT]}")).to_contain_text("etwa 15 Min.")
    await page.context.close()


async def test_repeated_presses_stay_one_card_with_a_counter(browser, care):
    page = await open_phone(browser, care)
    await live(page)
    for revision in (1, 2, 3):
        await care.alarm(7, revision)
    await expect(page.locator("article.alert")).to_have_count(1)
    await expect(page.locator("article.alert")).to_contain_text("3-mal")
    await page.context.close()


async def test_what_somebody_opened_stays_open_and_focus_stays_where_it_was(browser, care):
    incident = await care.possible_fall()
    page = await open_phone(browser, care)
    await live(page)
    more = page.locator(f"#m-{incident[:SHORT]}")
    await more.locator("summary").click()
    await page.focus(f"#b-{incident[:SHORT]}-decline")
    await care.stove()
    await expect(page.locator("article.alert")).to_have_count(2)
    assert await more.get_attribute("open") is not None
    focused = await page.evaluate("document.activeElement.id")
    assert focused == f"b-{incident[:SHORT]}-decline"
    await page.context.close()


async def test_blind_and_unheard_flats_never_look_quiet(browser, care):
    spot = wire.BlindSpot(room="bath", why="silent", since_utc_s=1_794_990_000.0)
    await care.hub.beat(blind=(spot,))
    page = await open_phone(browser, care)
    await expect(page.locator("#board")).to_contain_text("Nicht alles ist zu sehen")
    await expect(page.locator("#board")).not_to_contain_text("Alles ruhig")
    await page.goto(f"{care.address}/care/flats")
    await expect(page.locator("#flats")).to_contain_text("Bad ist seit")
    care.world.clock.go(400)
    await page.reload()
    await expect(page.locator("#flats")).to_contain_text("Nicht zu hören")
    await page.context.close()


async def test_a_lost_line_is_said_at_once_and_heals_with_what_was_missed(browser):
    async with duty() as care:
        async with served(care.world.app) as address:
            care.address = address
            page = await open_phone(browser, care)
            await live(page)
        await expect(page.locator(".line-lost")).to_be_visible()
        await expect(page.locator("#live")).to_have_text("Keine Verbindung")
        await care.possible_fall()
        async with served(care.world.app, int(address.rpartition(":")[2])):
            await expect(page.locator("#board")).to_contain_text("Sturz möglich")
            await expect(page.locator(".line-lost")).to_be_hidden()
            await page.context.close()


async def test_a_phone_without_network_says_so_instead_of_showing_old_alarms(browser, care):
    page = await open_phone(browser, care)
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    await page.wait_for_function("navigator.serviceWorker.controller !== null")
    await page.context.set_offline(True)
    await page.goto(f"{care.address}/care/flats")
    await expect(page.locator("h1")).to_have_text("Keine Verbindung")
    await page.context.close()


async def test_the_app_can_be_put_on_the_home_screen(browser, care):
    page = await open_phone(browser, care)
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    session = await page.context.new_cdp_session(page)
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    left = await session.send("Page.getInstallabilityErrors")
    assert [one["errorId"] for one in left["installabilityErrors"]] in ([], ["in-incognito"])
    await page.context.close()


async def test_a_session_that_ends_elsewhere_leads_to_the_log_in(browser, care):
    page = await open_phone(browser, care)
    await live(page)
    people = (await care.world.lead.get("/v1/lead/carers")).json()
    anna = next(one for one in people["carers"] if one["name"] == "anna")
    await care.world.lead.delete(f"/v1/lead/carers/{anna['id']}")
    await page.wait_for_url(f"{care.address}/login")
    await page.context.close()


async def test_the_alarms_page_is_light_enough_for_a_weak_network(browser, care):
    await care.possible_fall()
    context = await care.log_in(browser)
    watched = await watch(context, care.address)
    sizes = []
    watched.page.on("response", lambda r: sizes.append(int(r.headers.get("content-length", 0))))
    await watched.page.goto(f"{care.address}/care/")
    await live(watched.page)
    assert 0 < sum(sizes) < 200_000, sum(sizes)
    assert watched.clean(), watched.faults
    await context.close()


async def test_a_lead_connects_a_flat_by_code_and_six_digits(browser, care):
    page = await open_phone(browser, care, "lead", "/lead/")
    await page.click("text=Code erzeugen")
    code = await page.locator(".code").inner_text()
    hub = FakeHub(care.world, 9)
    assert (await hub.pair(code, "Wohnung 9")).status_code == 202
    await page.goto(f"{care.address}/lead/")
    wrong = f"{(int(wire.key_hash(hub.public)) + 1) % 1_000_000:06d}"
    for digits, said in (
        (wrong, "nicht die Ziffern"),
        (wire.key_hash(hub.public), "Die Wohnung ist verbunden"),
    ):
        await page.fill("input[name=key_hash]", digits)
        await page.click("text=Sie stimmen überein")
        await expect(page.locator("main")).to_contain_text(said)
    await page.context.close()


async def test_a_lead_orders_the_chain_and_adds_somebody(browser, care):
    page = await open_phone(browser, care, "lead", "/lead/")
    await page.fill("#display_name", "Wiebke")
    await page.fill("#name", "wiebke")
    await page.fill("#password", "a-long-password")
    await page.click("button:has-text('Hinzufügen')")
    await expect(page.locator(".people")).to_contain_text("Wiebke")
    await page.click("text=Kette ändern")
    await page.locator("fieldset").nth(0).get_by_text("Anna").click()
    await page.locator("fieldset").nth(0).get_by_text("Wiebke").click()
    await page.locator("fieldset").nth(0).locator("select").select_option("300")
    await page.click("text=Kette speichern")
    await expect(page.locator("main")).to_contain_text("Wiebke, dann 5 Minuten warten")
    await page.context.close()


async def test_a_carer_is_no_lead(browser, care):
    page = await open_phone(browser, care, "anna", "/lead/")
    await expect(page.locator("h1")).to_have_text("Das ist nicht Ihre Aufgabe")
    await page.context.close()


async def test_a_form_from_a_foreign_page_is_refused(browser, care):
    incident = await care.possible_fall()
    context = await care.log_in(browser)
    answer = await context.request.post(
        f"{care.address}/care/alerts/{incident}/accept",
        form={"minutes": "8"},
        headers={"origin": "http://elsewhere.test", "sec-fetch-site": "cross-site"},
    )
    assert answer.status == 403
    await context.close()
