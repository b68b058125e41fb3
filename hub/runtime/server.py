# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The web server inside the hub's own loop; the hub decides when the process ends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

# A watcher's stream is ended by us; whatever else is open gets this long, real seconds.
GRACE_S: Final = 2


class AddressTaken(Exception):
    """The hub cannot listen where the settings say.

    Attributes:
        host: address.
        port: TCP port.
        fault: the system's word for it.
    """

    def __init__(self, host: str, port: int, fault: str) -> None:
        super().__init__(host, port, fault)
        self.host, self.port, self.fault = host, port, fault


class HubServer(uvicorn.Server):
    """Uvicorn without its own signal handling."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the hub."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Take the port; 0 takes a free one.

    Raises:
        AddressTaken: it is not to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as fault:
        taken.close()
        raise AddressTaken(host, port, fault.strerror or repr(fault)) from fault
    return taken


def make(app: ASGIApp) -> HubServer:
    """Build the server for the hub's application."""
    return HubServer(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
            ws="none",
        )
    )
