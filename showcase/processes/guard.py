# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wall around the demo: simulated alarms can never reach a real recipient."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

# Words in a setting's name that say "this is where something is sent".
_TARGET_WORDS: Final = ("url", "host", "address", "broker", "server", "path")


class GuardError(Exception):
    """A demo setting points outside this machine.

    Attributes:
        key: dotted name of the setting.
        value: what it points at.
    """

    def __init__(self, key: str, value: str) -> None:
        super().__init__(key, value)
        self.key = key
        self.value = value


def is_inside(target: str) -> bool:
    """Say whether an address, `host:port` or URL stays here; no name but localhost does."""
    split = urlsplit(target if "//" in target else f"//{target}")
    host = split.hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check(settings: Mapping[str, object], *, own_network: Iterable[str] = ()) -> None:
    """Refuse settings with a target outside this machine.

    Args:
        settings: the demo's settings, as nested tables.
        own_network: further hosts that belong to the exhibition kit.

    Raises:
        GuardError: the first target outside.
    """
    _check(settings, "", frozenset(own_network))


def check_channels(channels: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a care service with a channel that leads out of this machine.

    Args:
        channels: what the service says of its channels (`GET /v1/lead/channels`).

    Raises:
        GuardError: the first channel that leads outside, or does not say that it stays inside.
    """
    for one in channels:
        if one.get("outside", True):
            raise GuardError("channels", str(one.get("name")))


def _check(table: Mapping[str, object], place: str, own: frozenset[str]) -> None:
    for key, value in table.items():
        name = f"{place}.{key}" if place else key
        if isinstance(value, Mapping):
            _check(value, name, own)
        elif isinstance(value, str) and _points_somewhere(key, value):
            host = urlsplit(value if "//" in value else f"//{value}").hostname or value
            if not is_inside(value) and host not in own:
                raise GuardError(name, value)


def _points_somewhere(key: str, value: str) -> bool:
    if "://" in value:
        return True
    return ":" in value and any(word in key.lower() for word in _TARGET_WORDS)
