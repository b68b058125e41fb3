# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every table of the settings has in common: frozen, no unknown key."""

import ipaddress

from pydantic import BaseModel, ConfigDict


class SettingsTable(BaseModel):
    """A table of `tohuus.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def loopback(host: str) -> bool:
    """Say whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
