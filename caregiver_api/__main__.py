# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m caregiver_api --config FILE` runs the care service."""

import argparse
import asyncio
import json
import logging
import sys
from pathlib import Path

import structlog
import uvicorn

from caregiver_api import bootstrap
from caregiver_api.app import create_app
from caregiver_api.audit import trail
from caregiver_api.platform import settings
from caregiver_api.platform.store import Store
from caregiver_api.service import Deps

log = structlog.get_logger()

GRACE_S = 3
"""Open streams are ended at once; what else runs gets this long."""


class Server(uvicorn.Server):
    """A server that ends the open streams first, and says where it listens."""

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override] # uvicorn names the socket type
        """End streams, then everything else."""
        self.config.app.state.service.end_streams()  # type: ignore[union-attr] # create_app made it
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
            database = chosen.home / bootstrap.DATABASE
            if not database.exists():
                sys.stderr.write(f"{database}: no database\n")
                return 2
            return asyncio.run(verify_audit(database))
        deps = bootstrap.make(chosen)
        held = bootstrap.lock(chosen.home)
    except settings.SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except bootstrap.AlreadyRunning as error:
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


def serve(deps: Deps) -> int:
    """Serve until told to end; return the exit code."""
    app = create_app(deps)
    crashes: list[BaseException] = []
    server = Server(
        uvicorn.Config(
            app,
            host=deps.settings.host,
            port=deps.settings.port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
        )
    )

    def crashed(error: BaseException) -> None:
        crashes.append(error)
        server.should_exit = True

    app.state.on_crash = crashed
    server.run()
    if app.state.too_new is not None:
        sys.stderr.write(f"database version {app.state.too_new}: install the newer service again\n")
        return 2
    if crashes:
        log.error("service_crashed", error=repr(crashes[0]))
        return 1
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
