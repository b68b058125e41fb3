# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why: a verdict as the key of a sentence and its words; the sentence is made at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rules.detectors.power_was_off import POWER_WAS_OFF
from rules.model.apartment import Apartment
from rules.model.identity import DeviceId, RoomId, Seconds
from rules.model.quantities import DAY_S, MINUTE_S
from rules.model.verdict import Blind, Kind


class Said(Protocol):
    """A verdict or a message about one: both are explained alike."""

    @property
    def kind(self) -> Kind:
        """What was concluded."""

    @property
    def room(self) -> RoomId | None:
        """Where."""

    @property
    def device(self) -> DeviceId | None:
        """The device it rests on."""

    @property
    def detail(self) -> Mapping[str, str | float]:
        """Numbers and words of the conclusion."""

    @property
    def blind(self) -> tuple[Blind, ...]:
        """What could not be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A sentence before it has a language.

    Attributes:
        key: `kind` or `kind.variant`, the key of the sentence in the catalogues.
        words: parameters; lengths in minutes as `<name>_min`, local hours as text "14:05".
        blind: key and words of each blind spot.
    """

    key: str
    words: dict[str, str | float]
    blind: tuple[tuple[str, dict[str, str]], ...] = ()


def explain(said: Said, apartment: Apartment) -> Reason:
    """Return why this was concluded, ready for a catalogue."""
    variant = _variant(said)
    key = f"{said.kind}.{variant}" if variant else str(said.kind)
    words: dict[str, str | float] = {
        "room": _room(apartment, said.room),
        "device": _device(apartment, said.device),
    }
    for name, value in said.detail.items():
        if name == "seen_utc_s":
            words["seen"] = clock_text(apartment.local_s(float(value)))
        elif name.endswith("_s") and not isinstance(value, str):
            words[f"{name[:-2]}_min"] = float(round(value / MINUTE_S))
        else:
            words[name] = value
    spots = tuple(
        (f"blind.{spot.why}", {"room": _room(apartment, spot.room), "device": spot.device or ""})
        for spot in said.blind
    )
    return Reason(key=key, words=words, blind=spots)


def _variant(said: Said) -> str | float | None:
    """Return which of the sentences of its kind is said; None where there is but one."""
    detail = said.detail
    if "instead_of" in detail:
        return "hidden"
    if said.kind == POWER_WAS_OFF:
        return None if "gap_s" in detail else "unknown"
    return detail.get("reason", detail.get("way"))


def clock_text(local_s: Seconds) -> str:
    """Return the local time of day as "14:05"."""
    minutes = int(local_s % DAY_S // MINUTE_S)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _room(apartment: Apartment, room: RoomId | None) -> str:
    known = None if room is None else apartment.rooms_by_id.get(room)
    return "" if known is None else known.name


def _device(apartment: Apartment, device: DeviceId | None) -> str:
    known = None if device is None else apartment.devices_by_id.get(device)
    return "" if known is None else known.name or known.id
