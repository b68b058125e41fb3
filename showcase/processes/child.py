# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One program the showcase runs beside itself: started, watched, started again, ended with it."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rules.model.identity import Seconds

# What systemd would wait (RestartSec) and allow; a program that cannot start must not spin.
RESTART_AFTER_S: Final = 0.5
RESTARTS_MAX: Final = 20
# uvicorn waits for open streams; after this the program is killed.
END_S_MAX: Final = 6.0
_PR_SET_PDEATHSIG: Final = 1


class ChildError(Exception):
    """A program ended and could not be brought back.

    Attributes:
        name: which program.
        fault: its last lines of log, as far as they can be read.
    """

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(name, fault)
        self.name = name
        self.fault = fault


def _end_with_parent() -> None:
    """Let the kernel end this process with its parent, so that nothing is left behind (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A supervised program.

    Args:
        name: for logs and messages.
        argv: program and arguments.
        environment: added to ours.
        log: file that takes what it prints.
        on_gone: called after each end, expected or not.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        on_gone: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self._argv = argv
        self._environment = environment
        self._folder = folder
        self._log = log
        self._on_gone = on_gone
        self._process: asyncio.subprocess.Process | None = None
        self._wanted = asyncio.Event()
        self._wanted.set()
        self.restarts = 0

    @property
    def running(self) -> bool:
        """Whether the program runs now."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """Its process number while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    async def run(self) -> None:
        """Start it and start it again whenever it ends, until cancelled.

        Raises:
            ChildError: it ended more often than `RESTARTS_MAX` times without being asked to.
        """
        try:
            while True:
                await self._wanted.wait()
                await self._start()
                assert self._process is not None
                await self._process.wait()
                self._on_gone()
                if self._wanted.is_set():
                    self.restarts += 1
                    if self.restarts > RESTARTS_MAX:
                        raise ChildError(self.name, self.last_words())
                    await asyncio.sleep(RESTART_AFTER_S)
        finally:
            await self._end()

    async def _start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                cwd=self._folder,
                env=os.environ | self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle
                preexec_fn=_end_with_parent,
            )

    def cut_power(self) -> None:
        """End it at once, mid-sentence (SIGKILL), and keep it ended until `restore_power`."""
        self._wanted.clear()
        if self._process is not None and self.running:
            self._process.kill()

    async def stop(self) -> None:
        """End it politely and keep it ended until `restore_power`."""
        self._wanted.clear()
        await self._end()

    def restore_power(self) -> None:
        """Start it again."""
        self._wanted.set()

    async def gone(self) -> None:
        """Return when it does not run."""
        if self._process is not None:
            await self._process.wait()

    def last_words(self) -> str:
        """Return the last lines it printed."""
        try:
            lines = self._log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-12:])

    async def _end(self, patience_s: Seconds = END_S_MAX) -> None:
        if self._process is None or not self.running:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(patience_s):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
