# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the wire at the care service."""

from typing import Final

PATH_PAIRING: Final = "/v1/pairing"
PATH_MESSAGES: Final = "/v1/hubs/{hub}/messages"
PATH_HEARTBEAT: Final = "/v1/hubs/{hub}/heartbeat"
PATH_STREAM: Final = "/v1/hubs/{hub}/stream"
PATH_WITHDRAWALS: Final = "/v1/hubs/{hub}/withdrawals"
