# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page of every face must pass: axe, strict headers, own requests only, big targets, no overflow."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.browser.browsing import AXE_TAGS, PHONE, SMALL_TARGETS, TABLET, WALL, watch

SIZES = (PHONE, TABLET, WALL)
AXE = Axe()


async def violations(page: Page) -> list[str]:
    """Return what axe finds, with the rule and where."""
    found = await AXE.run(page, options={"runOnly": AXE_TAGS})
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        f" {one['nodes'][0]['failureSummary'][:160]}"
        for one in found.response["violations"]
    ]


async def inspect(
    browser: Browser,
    own: str,
    path: str,
    *,
    least: int,
    storage: object = None,
    sizes: tuple[tuple[int, int], ...] = SIZES,
    waits_for: str = "body",
    **options: object,
) -> None:
    """Load a page twice, as people do and as axe needs it, and look at it in all sizes.

    Args:
        browser: the system's Chromium.
        own: address of the face; every other request is a fault.
        path: which page.
        least: smallest side of a target in CSS pixels.
        storage: cookies of a logged-in person.
        sizes: viewports.
        waits_for: selector that shows that the page is in the state to look at.
        options: of the browser context (colour scheme, ...).
    """
    common = {"locale": "de-DE", "storage_state": storage, **options}
    strict = await browser.new_context(**common)
    watched = await watch(strict, own)
    page = watched.page
    await page.goto(own + path)
    await page.wait_for_selector(waits_for)
    for width, height in sizes:
        await page.set_viewport_size({"width": width, "height": height})
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} at {width}: {wide} px too wide"
        small = await page.evaluate(SMALL_TARGETS, least)
        assert not small, f"{path} at {width}: {small}"
    assert watched.clean(), watched.faults
    await strict.close()

    # axe brings its script inline, which our policy forbids.
    open_policy = await browser.new_context(bypass_csp=True, reduced_motion="reduce", **common)
    page = await open_policy.new_page()
    await page.goto(own + path)
    await page.wait_for_selector(waits_for)
    for width, height in sizes:
        await page.set_viewport_size({"width": width, "height": height})
        found = await violations(page)
        assert not found, f"{path} at {width}: {found}"
    await open_policy.close()
