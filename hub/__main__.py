# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m hub --config FILE`: the flat's process. Exit 0 stopped, 1 broken, 2 wrong use."""

import argparse
import asyncio
import logging
import signal
import sqlite3
import sys
from pathlib import Path

import structlog

from hub.bootstrap import DATABASE, Hub, build
from hub.doctor import examine
from hub.forwarding.signing import KeyFileOpen
from hub.runtime.lock import FolderInUse, lock
from hub.runtime.randomness import SystemRandomness
from hub.runtime.server import AddressTaken
from hub.runtime.settings import Settings, SettingsError, read
from hub.storage.backup import restore
from hub.storage.schema import NewerDatabase


def main(arguments: list[str] | None = None) -> int:
    """Run the hub, or only look at its settings and data."""
    parser = argparse.ArgumentParser(prog="python -m hub", description=__doc__)
    parser.add_argument("--config", type=Path, help="tohuus.toml; all defaults without it")
    parser.add_argument("--check", action="store_true", help="say how it stands and end")
    parser.add_argument("--restore", type=Path, metavar="COPY", help="put a copy in place and end")
    asked = parser.parse_args(arguments)
    _log_state()
    try:
        settings = read(asked.config)
        if asked.check:
            return _check(settings)
        return _restore(settings, asked.restore) if asked.restore else _run(build(settings))
    except SettingsError as error:
        return _sorry(str(error))
    except FolderInUse as error:
        return _sorry(f"{error.home}: another hub is running on this folder")
    except KeyFileOpen as error:
        return _sorry(f"{error.path}: others can read this key; chmod 600 it")
    except NewerDatabase as error:
        return _sorry(f"the database is of version {error.found}, this Tohuus knows {error.known}")
    except AddressTaken as error:
        return _sorry(f"cannot listen on {error.host}:{error.port}: {error.fault}")


def _run(hub: Hub) -> int:
    async def running() -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, hub.stop)
        await hub.run()

    try:
        asyncio.run(running())
    except AddressTaken:
        raise
    except BaseException:  # noqa: BLE001 # whatever broke: started again, the journal knows the rest
        structlog.get_logger().exception("hub_broke")
        return 1
    return 0


def _check(settings: Settings) -> int:
    well = True
    for finding in examine(settings):
        mark = {True: "ok", False: "NOT OK", None: "?"}[finding.ok]
        sys.stdout.write(f"{mark:>6}  {finding.what}: {finding.detail}\n")
        well = well and finding.ok is not False
    return 0 if well else 1


def _restore(settings: Settings, saved: Path) -> int:
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = lock(settings.home)
    try:
        name = restore(saved, settings.home / DATABASE, SystemRandomness())
    except (OSError, sqlite3.Error) as error:
        return _sorry(f"{saved}: {error}; nothing was changed")
    finally:
        held.close()
    sys.stdout.write(f"restored; the journal is now called {name}\n")
    return 0


def _sorry(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def _log_state() -> None:
    """One line a fact on stderr; libraries are heard from warnings on."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


if __name__ == "__main__":
    sys.exit(main())
