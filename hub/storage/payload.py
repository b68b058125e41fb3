# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Events as journal rows and back; versioned, because rows outlive the code."""

import json
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final, get_args, get_type_hints

from rules.model.events import DeviceEvent, Event, HubEvent, ResidentEvent, ServiceEvent
from rules.model.identity import Seconds

VERSION: Final = 1
"""Raise it when a field changes its meaning, and teach `decode` the old one."""

type Json = str | float | bool | None
type Reader = Callable[[Any], Any]


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


def _reader(hint: Any) -> Reader | None:
    for part in (hint, *get_args(hint)):
        if isinstance(part, type) and issubclass(part, StrEnum):
            return part
    return None


_FIELDS: Final[dict[type[Event], tuple[str, ...]]] = {
    kind: tuple(one.name for one in fields(kind) if one.name not in {"at", "device"})
    for kind in KINDS.values()
}
_READERS: Final[dict[type[Event], dict[str, Reader]]] = {
    kind: {
        name: read
        for name, hint in get_type_hints(kind).items()
        if name not in {"at", "device"} and (read := _reader(hint)) is not None
    }
    for kind in KINDS.values()
}
_SPOKEN: Final = frozenset(
    kind for kind in KINDS.values() if any(one.name == "device" for one in fields(kind))
)
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def device_of(event: Event) -> str | None:
    """Return the pseudonym of the device that spoke, None when none did."""
    return getattr(event, "device", None) if type(event) in _SPOKEN else None


def encode(event: Event) -> str | None:
    """Write what is in an event besides kind, device and time; None when there is nothing else."""
    names = _FIELDS[type(event)]
    return _dumps({name: getattr(event, name) for name in names}) if names else None


def decode(kind: str, version: int, at: Seconds, device: str | None, payload: str | None) -> Event:
    """Read one journal row back into the event it was made of.

    Raises:
        UnknownRow: the row is newer than this code.
    """
    found = KINDS.get(kind)
    if found is None or version > VERSION:
        raise UnknownRow(kind, version)
    content: dict[str, Any] = json.loads(payload) if payload else {}
    for name, read in _READERS[found].items():
        if content.get(name) is not None:
            content[name] = read(content[name])
    if device is not None:
        content["device"] = device
    return found(at=at, **content)


def plain(event: Event) -> dict[str, Json]:
    """Write an event for the public stream: its type and every field."""
    names = (one.name for one in fields(event))
    return {"type": type(event).__name__, **{name: getattr(event, name) for name in names}}
