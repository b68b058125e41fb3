# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A joined device as the driver knows it."""

from dataclasses import dataclass
from typing import Any, Final

_IAS_ZONE: Final = 0x0500


@dataclass(frozen=True, slots=True)
class Node:
    """A joined device as the driver knows it.

    Attributes:
        address: IEEE address as the driver prints it.
        model: what the device calls itself.
        quirk: name of the quirk that was found for it, empty when it needs none.
        listens: it hears all the time (mains), not only for a moment after it spoke.
        radio: the driver's own object, for the actuator and the questions.
    """

    address: str
    model: str
    quirk: str
    listens: bool
    radio: Any


def zone_memory(node: Node | None, endpoint: int) -> tuple[int | None, int | None]:
    """Return what the driver remembers of an IAS zone, over restarts: (status, zone type)."""
    try:
        cluster = node.radio.endpoints[endpoint].in_clusters[_IAS_ZONE] if node else None
    except KeyError:
        cluster = None
    if cluster is None:
        return None, None
    status, kind = cluster.get("zone_status"), cluster.get("zone_type")
    return (None if status is None else int(status)), (None if kind is None else int(kind))
