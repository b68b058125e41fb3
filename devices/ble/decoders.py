# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of Bluetooth formats that the hub opens, asked in this order."""

from typing import Final

from devices.ble.bthome import BTHome
from devices.ble.decoder import Decoder

DECODERS: Final[tuple[Decoder, ...]] = (BTHome(),)
