# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The enrolled devices: the only place where radio addresses and pseudonyms meet."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from rules.model.apartment import Apartment, Device
from rules.model.identity import DeviceId

# A neighbour's house full of radios must not grow the hub; the newest are the ones being paired.
STRANGERS_MAX: Final = 32
# Addresses of these sources are written in many ways; names of zigbee2mqtt are taken as they are.
_HEX_SOURCES: Final = frozenset({"zigbee", "ble"})


class RegistryError(Exception):
    """The apartment file enrols a device in a way that cannot work.

    Attributes:
        key: place in the file, for example `devices[3].address`.
        expected: what should stand there.
    """

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(key, expected)
        self.key = key
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A device with the address its radio knows it by."""

    device: Device
    address: str
    key: bytes | None = field(default=None, repr=False)
    """Secret of an encrypting radio (BTHome bind key), None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A device that was heard but is not enrolled; nothing of what it says is kept.

    Attributes:
        frames: how often it was heard since start.
        model: what it calls itself, as far as it said so ("HEIMAN SOS-EM").
    """

    source: str
    address: str
    frames: int = 0
    model: str = ""


def canonical(source: str, address: str) -> str:
    """Write an address the one way this house compares it (hexadecimal ones in lower case)."""
    return address.strip().lower() if source in _HEX_SOURCES else address.strip()


class Registry:
    """Both directions between radio address and pseudonym, and a short list of strangers."""

    def __init__(self, enrolled: Iterable[Enrolled]) -> None:
        self._by_address: dict[tuple[str, str], Enrolled] = {}
        self._by_id: dict[DeviceId, Enrolled] = {}
        self._strangers: OrderedDict[tuple[str, str], Stranger] = OrderedDict()
        for one in enrolled:
            place = (one.device.source, canonical(one.device.source, one.address))
            assert place not in self._by_address, "address enrolled twice"
            assert one.device.id not in self._by_id, "device enrolled twice"
            self._by_address[place] = self._by_id[one.device.id] = replace(one, address=place[1])

    @classmethod
    def from_table(
        cls,
        table: Mapping[str, object],
        apartment: Apartment,
        keys: Mapping[str, bytes] | None = None,
    ) -> Self:
        """Read the addresses of an apartment file; devices without one are only names (panel).

        Args:
            table: the file as `tomllib` gives it; `[[devices]]` carry `id` and `address`.
            apartment: the same file as `rules.model.apartment_file.parse` made it.
            keys: secrets by address, from the secrets file beside it.

        Raises:
            RegistryError: an address is no text, or enrolled twice.
        """
        secret = {address.strip().lower(): key for address, key in (keys or {}).items()}
        found: dict[tuple[str, str], Enrolled] = {}
        rows = table.get("devices", [])
        for place, row in enumerate(rows if isinstance(rows, list) else []):
            device = apartment.devices_by_id.get(DeviceId(str(row.get("id"))))
            address = row.get("address")
            if device is None or address is None:
                continue
            if not isinstance(address, str) or not address.strip():
                raise RegistryError(f"devices[{place}].address", "the radio address as text")
            spot = (device.source, canonical(device.source, address))
            if spot in found:
                other = found[spot].device.id
                raise RegistryError(
                    f"devices[{place}].address", f"an address of its own, not that of {other}"
                )
            found[spot] = Enrolled(
                device=device, address=spot[1], key=secret.get(address.strip().lower())
            )
        return cls(found.values())

    def find(self, source: str, address: str) -> Enrolled | None:
        """Say who speaks, or None for a device that is not enrolled."""
        return self._by_address.get((source, canonical(source, address)))

    def enrolled(self, device: DeviceId) -> Enrolled | None:
        """Return address and key of a pseudonym, or None when no radio knows it."""
        return self._by_id.get(device)

    def of(self, source: str) -> tuple[Enrolled, ...]:
        """Return all devices of one source."""
        return tuple(one for one in self._by_id.values() if one.device.source == source)

    def stranger(self, source: str, address: str, model: str = "") -> None:
        """Count a frame of a device that is not enrolled; the list forgets its oldest entry."""
        place = (source, canonical(source, address))
        old = self._strangers.pop(place, None) or Stranger(source=source, address=place[1])
        self._strangers[place] = replace(old, frames=old.frames + 1, model=model or old.model)
        if len(self._strangers) > STRANGERS_MAX:
            self._strangers.popitem(last=False)

    def stranger_left(self, source: str, address: str) -> None:
        """Forget a stranger that left the network."""
        self._strangers.pop((source, canonical(source, address)), None)

    def strangers(self, source: str | None = None) -> tuple[Stranger, ...]:
        """Return what was heard and is not enrolled, newest last."""
        return tuple(one for one in self._strangers.values() if source in (None, one.source))
