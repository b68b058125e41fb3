# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import contextlib
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2

from tests.hub.flat import ROOT


@contextlib.asynccontextmanager
async def process(home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A hub as a process of its own; killed at the end if it still runs."""
    config = home / "tohuus.toml"
    if not config.exists():
        shutil.copy(ROOT / "showcase" / "apartment.toml", home)
        config.write_text("[hub]\nport = 0\nwall_clock = 'trusted'\n")
    (home / "hub" / "hub.port").unlink(missing_ok=True)
    hub = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "hub", "--config", str(config)),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield hub
    finally:
        if hub.returncode is None:
            hub.kill()
            await hub.wait()


async def ready(home: Path) -> str:
    """Return the address of a hub that answers."""
    port = home / "hub" / "hub.port"
    async with asyncio.timeout(90):
        while True:
            with contextlib.suppress(FileNotFoundError, ValueError, httpx2.TransportError):
                base = f"http://127.0.0.1:{int(port.read_text())}"
                if (await ask("GET", f"{base}/healthz")).is_success:
                    return base
            await asyncio.sleep(0.05)


async def ask(method: str, url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return await http.request(method, url)


def read(home: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(home / "hub" / "hub.sqlite")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


async def test_a_killed_hub_goes_on_where_it_was_and_a_told_one_ends_in_order(tmp_path: Path):
    async with process(tmp_path) as hub:
        base = await ready(tmp_path)
        assert (await ask("POST", f"{base}/help")).status_code < 400
        hub.kill()
        assert await hub.wait() == -signal.SIGKILL
    async with process(tmp_path) as hub:
        await ready(tmp_path)
        async with process(tmp_path) as second:
            assert await second.wait() == 2
            assert second.stderr is not None
            assert b"another hub" in await second.stderr.read()
        hub.terminate()
        assert await hub.wait() == 0
    kinds = [kind for (kind,) in read(tmp_path, "SELECT kind FROM journal ORDER BY seq")]
    assert kinds.count("HelpPressed") == 1
    assert kinds.count("Booted") == 2
    assert read(tmp_path, "SELECT open FROM incident") == [(1,)]


async def test_a_hub_that_broke_ends_with_one_so_that_it_is_started_again(tmp_path: Path):
    async with process(tmp_path) as hub:
        await ready(tmp_path)
        hub.terminate()
        await hub.wait()
    connection = sqlite3.connect(tmp_path / "hub" / "hub.sqlite")
    with connection:
        connection.execute(
            "INSERT INTO journal VALUES (99, 1e6, NULL, 'FromTomorrow', NULL, 1, 1, NULL)"
        )
    connection.close()
    async with process(tmp_path) as hub:
        assert await hub.wait() == 1
        assert hub.stderr is not None
        assert b"UnknownRow" in await hub.stderr.read()
