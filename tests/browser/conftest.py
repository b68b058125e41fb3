# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.browsing import chromium
from tests.browser.scenes import Duty, Home, duty, home

expect.set_options(timeout=30_000)  # of a healthy page in a second; the rest is for a busy machine


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def flat(tmp_path) -> AsyncIterator[Home]:
    async with home(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def care() -> AsyncIterator[Duty]:
    async with duty() as running:
        yield running
