# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m caregiver_api --config FILE` runs the care service."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import structlog
import uvicorn

from caregiver_api import bootstrap, settings
from caregiver_api.app import create_app
from caregiver_api.audit import trail
from caregiver_api.platform import home
from caregiver_api.platform.migrations import DatabaseTooNew
from caregiver_api.platform.store import Store

log = structlog.get_logger()

GRACE_S = 3
"""Open streams are ended at once; what else runs gets this long."""


class CareServer(uvicorn.Server):
    """A server that ends the open streams first, and says where it listens.

    Args:
        end_streams: lets open streams end.
    """

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override] # uvicorn names the socket type
        """End streams, then everything else."""
        self._end_streams()
        await super().shutdown(sockets)  # type: ignore[arg-type] # as above

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override] # as above
        """Start, then say the port, which the system may have chosen."""
        await super().startup(sockets)  # type: ignore[arg-type] # as above
        for server in self.servers if self.started else ():
            host, port = server.sockets[0].getsockname()[:2]
            log.info("service_listening", host=host, port=port)


def main(argv: list[str] | None = None) -> int:
    """Run the service until it is told to end; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m caregiver_api", description=__doc__)
    parser.add_argument("--config", type=Path, help="tohuus.toml; without it all defaults hold")
    parser.add_argument("--check-config", action="store_true", help="check the settings, then end")
    parser.add_argument(
        "--verify-audit", action="store_true", help="check the chain of audited deeds, then end"
    )
    asked = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        processors=[structlog.processors.JSONRenderer(serializer=json.dumps)],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        chosen = settings.read(asked.config)
        if asked.check_config:
            return 0
        if asked.verify_audit:
            database = chosen.home / home.DATABASE
            if not database.exists():
                sys.stderr.write(f"{database}: no database\n")
                return 2
            return asyncio.run(verify_audit(database))
        deps = bootstrap.make(chosen)
        held = home.lock(chosen.home)
    except settings.SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except home.HomeInUse as error:
        sys.stderr.write(f"{error}: another care service works on this folder\n")
        return 2
    with held:
        return serve(deps)


async def verify_audit(path: Path) -> int:
    """Check the chain of audited deeds; print how many hold, return 1 if one does not."""
    store = Store.at(path)
    rows = await store.read(trail.read)
    await store.close()
    broken = trail.verify(rows)
    sys.stdout.write(json.dumps({"deeds": len(rows), "broken_at": broken}) + "\n")
    return 0 if broken is None else 1


def serve(deps: bootstrap.Deps) -> int:
    """Serve until told to end; return the exit code."""
    errors: list[BaseException] = []

    def failed(error: BaseException) -> None:
        errors.append(error)
        server.should_exit = True

    service = bootstrap.Service(deps)
    server = CareServer(
        uvicorn.Config(
            create_app(service, failed),
            host=deps.settings.host,
            port=deps.settings.port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
        ),
        service.end_streams,
    )
    server.run()
    match errors:
        case [DatabaseTooNew() as error, *_]:
            sys.stderr.write(f"database version {error}: install the newer service again\n")
            return 2
        case [error, *_]:
            log.error("service_crashed", error=repr(error))
            return 1
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
