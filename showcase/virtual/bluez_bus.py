# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A private dbus-daemon that plays the system bus: no root, no systemd, no adapter."""

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Final, Self

START_LIMIT_S: Final = 5.0
_CONFIG: Final = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""


def installed() -> str | None:
    """Return where dbus-daemon is, or None."""
    return shutil.which("dbus-daemon")


class PrivateBus:
    """One dbus-daemon; a program sees it as the system bus by DBUS_SYSTEM_BUS_ADDRESS."""

    def __init__(self, folder: Path) -> None:
        """Choose the socket.

        Args:
            folder: for socket and configuration; exists, its path has at most 90 characters.
        """
        self._folder = folder
        self._socket = folder / "bus"
        self._process: asyncio.subprocess.Process | None = None
        self.address = f"unix:path={self._socket}"

    async def start(self) -> Self:
        """Start and wait until it listens.

        Raises:
            RuntimeError: dbus-daemon is not installed or ends at once.
        """
        exe = installed()
        if exe is None:
            raise RuntimeError("dbus-daemon not found: apt-get install dbus-daemon")
        self._socket.unlink(missing_ok=True)
        config = self._folder / "bus.conf"
        config.write_text(_CONFIG.format(socket=self._socket))
        self._process = await asyncio.create_subprocess_exec(
            exe,
            f"--config-file={config}",
            "--nofork",
            "--nopidfile",
            "--print-address=1",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_LIMIT_S):
            if not await self._process.stdout.readline():  # printed when it listens
                raise RuntimeError("dbus-daemon did not start")
        return self

    async def stop(self) -> None:
        """End it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
            self._process = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
