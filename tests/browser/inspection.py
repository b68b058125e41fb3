# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page of every face must pass: axe, strict headers, own requests only, big targets."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser.browsing import AXE_TAGS, PHONE, SMALL_TARGETS, TABLET, WALL, watch

SIZES = (PHONE, TABLET, WALL)
type Least = int | Mapping[tuple[int, int], int]
"""Smallest side of a target in CSS pixels, the same at every size or by size."""
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text() + ";0"
RUN_AXE = """tags => axe.run({runOnly: tags, resultTypes: ['violations']}).then(found =>
  found.violations.map(one => `${one.id} ${one.nodes.map(n => n.target).slice(0, 3).join(' | ')}`
    + ` ${one.nodes[0].failureSummary}`))"""


LAID_OUT = """width => new Promise((done, failed) => {
  const drawn = () => requestAnimationFrame(() => requestAnimationFrame(done));
  const letters = () => Promise.all([...document.fonts].map(one => one.load()));
  const look = () => innerWidth === width
    ? letters().then(() => document.fonts.ready).then(drawn, failed) : requestAnimationFrame(look);
  look();
})"""
"""Resolves once the page has its new width and was drawn with it, in its own letters.

`fonts.ready` alone is kept by a page that has not asked for its letters yet: it waits for none.
"""


async def violations(page: Page) -> list[str]:
    """Return what axe finds; it runs beside the page, so the page's strict policy stays on."""
    if not await page.evaluate("'axe' in globalThis"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN_AXE, AXE_TAGS)
    return found


async def look(page: Page, least: Least, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Look at an open page in all sizes.

    Args:
        page: in the state to look at.
        least: smallest side of a target.
        sizes: viewports.
    """
    for width, height in sizes:
        await page.set_viewport_size({"width": width, "height": height})
        await page.evaluate(LAID_OUT, width)
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} at {width}: {wide} px too wide"
        least_px = least if isinstance(least, int) else least[width, height]
        small = await page.evaluate(SMALL_TARGETS, least_px)
        assert not small, f"{page.url} at {width}: {small}"
        found = await violations(page)
        assert not found, f"{page.url} at {width}: {found}"


async def inspect(
    browser: Browser,
    own: str,
    *paths: str,
    least: Least,
    waits_for: str = "body",
    sizes: tuple[tuple[int, int], ...] = SIZES,
    **options: Any,
) -> None:
    """Open pages one after the other and look at each.

    Args:
        browser: the system's Chromium.
        own: address of the face; a request elsewhere is a fault, as is any error of policy or script.
        paths: which pages.
        least: smallest side of a target.
        waits_for: selector that shows that the page is in the state to look at.
        sizes: viewports.
        options: of the browser context (cookies of a person, colour scheme, ...).
    """
    context = await browser.new_context(locale="de-DE", reduced_motion="reduce", **options)
    watched = await watch(context, own)
    for path in paths:
        await watched.page.goto(own + path)
        await watched.page.wait_for_selector(waits_for)
        await look(watched.page, least, sizes)
    assert watched.clean(), watched.faults
    await context.close()
