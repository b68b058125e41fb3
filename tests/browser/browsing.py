# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A headless Chromium of the system, applications served on loopback, and what a page must not do."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# The sandbox needs rights that root in a container has not; the rest keeps Chromium from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=user-gesture-required",
)
PHONE, TABLET, WALL = (390, 844), (1280, 800), (1920, 1080)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """least => [...document.querySelectorAll('a[href],button,summary,input:not([type=hidden]),select')]
  .filter(e => e.checkVisibility() && !e.closest('[hidden]'))
  .map(e => [e, (e.matches('input[type=checkbox],input[type=radio]') ? e.closest('label') : e).getBoundingClientRect()])
  .filter(([e, r]) => Math.min(r.width, r.height) < least && !(e.matches('a') && getComputedStyle(e).display === 'inline'))
  .map(([e, r]) => `${e.textContent.trim().slice(0, 30) || e.id} ${Math.round(r.width)}x${Math.round(r.height)}`)"""


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the system's Chromium; nothing is downloaded."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield


@contextlib.asynccontextmanager
async def served(app: Any, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on loopback in this loop; yields its address."""
    config = uvicorn.Config(
        app, port=port, lifespan="off", log_level="error", timeout_graceful_shutdown=1, ws="none"
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task.exception()
        await asyncio.sleep(0.005)
    taken = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{taken}"
    finally:
        server.should_exit = True
        await task


@dataclass
class Watched:
    """A page, and everything it did that it should not: errors, foreign requests."""

    page: Page
    own: str
    faults: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def clean(self) -> bool:
        return not [one for one in self.faults if not any(ok in one for ok in self.expected)]


async def watch(context: BrowserContext, own: str) -> Watched:
    """Open an empty page that notes console errors (CSP among them) and foreign requests."""
    page = await context.new_page()
    watched = Watched(page, own)
    page.on("console", lambda m: watched.faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: watched.faults.append(str(error)))
    page.on(
        "request",
        lambda r: watched.faults.append(f"foreign {r.url}") if not r.url.startswith(own) else None,
    )
    return watched
