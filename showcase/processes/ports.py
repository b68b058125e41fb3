# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the three processes of the showcase listen: side by side from a base on, or anywhere."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, Self

LOOPBACK: Final = "127.0.0.1"


class PortTaken(Exception):
    """Another program listens there.

    Attributes:
        port: which one.
    """

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken; --port-base N moves all three")
        self.port = port


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Loopback ports of the three processes."""

    hub: int
    service: int
    showcase: int

    @classmethod
    def free(cls) -> Self:
        """Find three free ones."""
        with ExitStack() as held:
            numbers = []
            for _ in range(3):
                one = held.enter_context(socket.socket())
                one.bind((LOOPBACK, 0))
                numbers.append(int(one.getsockname()[1]))
        return cls(hub=numbers[0], service=numbers[1], showcase=numbers[2])

    @classmethod
    def at(cls, base: int) -> Self:
        """Return three from a base on, or free ones for base 0.

        Raises:
            PortTaken: one of the three is.
        """
        if base == 0:
            return cls.free()
        for port in range(base, base + 3):
            with socket.socket() as one:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    one.bind((LOOPBACK, port))
                except OSError:
                    raise PortTaken(port) from None
        return cls(hub=base, service=base + 1, showcase=base + 2)
