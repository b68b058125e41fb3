# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ctrl-C, a polite kill or a closed window end the showcase in order: nothing stays behind."""

import asyncio
import signal
from typing import Final

_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_in_order() -> None:
    """Cancel the running task at the first such signal; those after it must not cut that short."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    ending = False

    def end() -> None:
        nonlocal ending
        if not ending:
            ending = True
            task.cancel()

    for number in _ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            loop.add_signal_handler(number, end)
