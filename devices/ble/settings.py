# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which Bluetooth adapter listens, and how long the hub waits for it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class BleSettings(BaseModel):
    """Table `[hub.ble]` of the settings file.

    Attributes:
        adapter: MAC address of the adapter (its hciX name may change after a USB reset); None
            takes the first one.
        silence_s: without any advertisement for so long the scan is started anew, in seconds.
        limit_s: longest wait for any answer of bluetoothd, in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$")] | None = None
    silence_s: Annotated[float, Field(gt=0)] = 90.0
    limit_s: Annotated[float, Field(gt=0)] = 10.0
