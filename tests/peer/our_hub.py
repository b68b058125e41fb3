# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our hub (and our care service) as processes beside the bench, set up through their public interfaces."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import httpx2

from showcase.processes.care_line import CareLine
from showcase.processes.hub_line import HubLine, healthy
from showcase.virtual.broker import free_port
from tests.peer.flats import Bench, apartment

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0
PIN = "2468"
LEAD = ("lead", "peer-lead-passphrase")


class Process:
    """One of our programs: started, asked to stop, or killed."""

    def __init__(
        self, module: str, folder: Path, port: int, environ: Mapping[str, str] | None = None
    ):
        self.module, self.folder, self.port = module, folder, port
        self.base = f"http://127.0.0.1:{port}"
        self._environ = {**os.environ, "TOHUUS_HOME": str(folder), **(environ or {})}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.folder / f"{self.module}.log").read_text()

    async def up(self) -> None:
        with (self.folder / f"{self.module}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, "--config", str(self.folder / "tohuus.toml"),
                cwd=ROOT, env=self._environ, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        async with httpx2.AsyncClient(trust_env=False) as http:
            ready = asyncio.create_task(healthy(http, self.base, START_S))
            ended = asyncio.create_task(self._process.wait())
            await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            if not ready.done():
                ready.cancel()
                raise RuntimeError(f"{self.module} ended: {self.log[-1500:]}")
            await ready

    async def stop(self, sign: int = signal.SIGTERM) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(sign)
            await self._process.wait()
            self._process = None

    async def kill(self) -> None:
        await self.stop(signal.SIGKILL)


class OurHub(Process):
    """A hub on its own.

    Args:
        broker_port: of a zigbee2mqtt's broker, None for none.
        tables: more of the settings file, for example "[hub.ble]".
        rules: limits by `rule.key`.
        group_commit_s: longest wait of an ordinary event for its commit; as delivered.
    """

    def __init__(
        self,
        folder: Path,
        *,
        devices: Iterable[Bench],
        broker_port: int | None = None,
        tables: str = "",
        rules: Mapping[str, float] | None = None,
        environ: Mapping[str, str] | None = None,
        group_commit_s: float = 5.0,
    ):
        super().__init__("hub", folder, free_port(), environ)
        mqtt = "" if broker_port is None else f"[hub.mqtt]\nport = {broker_port}\n"
        limits = "".join(f'"{key}" = {value}\n' for key, value in (rules or {}).items())
        (folder / "apartment.toml").write_text(apartment(devices))
        (folder / "tohuus.toml").write_text(
            f'[hub]\nport = {self.port}\nwall_clock = "trusted"\n'
            f"group_commit_s = {group_commit_s}\n"
            f"{mqtt}{tables}\n[hub.rules]\n{limits}"
        )
        self.http = httpx2.AsyncClient(trust_env=False)
        self.line = HubLine(self.http, self.base, folder / "hub" / "observer.token")

    def token(self) -> str:
        return (self.folder / "hub" / "observer.token").read_text().strip()

    async def set_up(self) -> None:
        """Give what a resident gives: agreement to help calls, PIN, consents."""
        await self.line.setup("POST", "agreement", live=True)
        await self.line.setup("POST", "pin", pin=PIN)
        for purpose in ("inactivity", "falls"):
            await self.line.consent(PIN, purpose, given=True)

    async def stop(self, sign: int = signal.SIGTERM) -> None:
        await super().stop(sign)

    async def close(self) -> None:
        await self.stop()
        await self.http.aclose()


class OurService(Process):
    """A care service whose second channel is a webhook."""

    def __init__(self, folder: Path, *, webhook: str):
        super().__init__(
            "caregiver_api", folder, free_port(), {"TOHUUS_FIRST_LEAD": ":".join(LEAD)}
        )
        (folder / "tohuus.toml").write_text(
            f'[caregiver_api]\nport = {self.port}\n[caregiver_api.webhook]\nurl = "{webhook}"\n'
        )

    def person(self, name: str, password: str) -> CareLine:
        return CareLine(self.base, name, password)
