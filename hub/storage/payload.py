# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Events as journal rows and back; versioned, because rows outlive the code."""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final, cast, get_args

from rules.model.codec import Plain, reader
from rules.model.codec import encode as to_plain
from rules.model.events import DeviceEvent, Event, HubEvent, ResidentEvent, ServiceEvent
from rules.model.identity import Seconds

VERSION: Final = 1
"""Raise it when a field changes its meaning, and teach `decode` the old one."""


class UnknownRow(Exception):
    """A row this code cannot read: an older hub must not run on a newer journal.

    Attributes:
        kind: name of the event.
        version: version of its payload.
    """

    def __init__(self, kind: str, version: int) -> None:
        super().__init__(kind, version)
        self.kind = kind
        self.version = version


def _members(union: Any) -> tuple[type[Event], ...]:
    return tuple(get_args(getattr(union, "__value__", union)))


RADIO: Final = _members(DeviceEvent)
OWN: Final = (*_members(HubEvent), *_members(ResidentEvent), *_members(ServiceEvent))
KINDS: Final[dict[str, type[Event]]] = {one.__name__: one for one in (*RADIO, *OWN)}


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    name: reader(kind) for name, kind in KINDS.items()
}
_SPOKEN: Final = frozenset(
    kind for kind in KINDS.values() if any(one.name == "device" for one in fields(kind))
)
_BARE: Final = frozenset(
    kind for kind in KINDS.values() if all(one.name in {"at", "device"} for one in fields(kind))
)
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def device_of(event: Event) -> str | None:
    """Return the pseudonym of the device that spoke, None when none did."""
    return getattr(event, "device", None) if type(event) in _SPOKEN else None


def encode(event: Event) -> str | None:
    """Write what is in an event besides kind, device and time; None when there is nothing else."""
    if type(event) in _BARE:
        return None
    content = _content(event)
    del content["at"]
    content.pop("device", None)
    return _dumps(content)


def decode(kind: str, version: int, at: Seconds, device: str | None, payload: str | None) -> Event:
    """Read one journal row back into the event it was made of.

    Raises:
        UnknownRow: the row is newer than this code.
    """
    read = _READERS.get(kind)
    if read is None or version > VERSION:
        raise UnknownRow(kind, version)
    content: dict[str, Any] = json.loads(payload) if payload else {}
    content["at"] = at
    if device is not None:
        content["device"] = device
    return cast("Event", read(content))


def plain(event: Event) -> dict[str, Plain]:
    """Write an event for the public stream: its type and every field."""
    return {"type": kind_of(event), **_content(event)}


def kind_of(event: Event) -> str:
    """Return the name under which the journal keeps events of this class."""
    return type(event).__name__


def _content(event: Event) -> dict[str, Plain]:
    return cast("dict[str, Plain]", to_plain(event))
