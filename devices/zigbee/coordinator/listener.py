# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port through which the coordinator hands on what it receives."""

from typing import Protocol

from devices.zigbee.frames.measured import Measured


class CoordinatorListener(Protocol):
    """Takes what the coordinator receives. None of these may raise."""

    def frame(self, address: str, profile: int, endpoint: int, cluster: int, data: bytes) -> None:
        """Take a frame of a joined device, before any layer of the driver may drop it."""

    def measured(self, address: str, endpoint: int, measured: Measured) -> None:
        """Take an attribute value after quirks."""

    def zone(self, address: str, endpoint: int, status: int) -> None:
        """Take an IAS zone status that a quirk made of something else."""

    def joined(self, address: str, model: str) -> None:
        """Note that a device is in the network; again when its model became known."""

    def left(self, address: str) -> None:
        """Note that a device left the network."""
