# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The flash memory of a virtual coordinator: what it forgets only when it is told to."""

import random
import struct
from typing import Final

from showcase.virtual.mt import (
    FAILURE,
    INVALID_PARAMETER,
    NV_ITEM_UNINIT,
    NV_OPER_FAILED,
    OK,
    short,
    u16,
)

# Legacy item numbers
EXTADDR, STARTUP, NIB, BDB_ON_NETWORK, KEY_PRECONFIGURED = 0x01, 0x03, 0x21, 0x55, 0x62
KEY_INFO, KEY_ALTERNATE, APS_EPID, LINK_KEYS = 0x3A, 0x3B, 0x47, 0x4C
PAN_ID, CHANNELS, LOGICAL_TYPE, TCLK_SEED = 0x83, 0x84, 0x87, 0x101
_SETTINGS: Final = (0x30, 0x32, 0x33, 0x36, 0x38, 0x3E, 0x8F)  # must exist before the first start
# Extended tables
X_ADDRESSES, X_TCLK, X_APS_KEYS, X_SECURITY = 1, 4, 6, 7
_TABLE_ROWS: Final = 4
_NIB_BYTES: Final = 116  # memory layout of the CC26xx stack, naturally aligned
_NIB_CHANNEL, _NIB_MASK, _NIB_UPDATE_ID = 24, 40, 114
_READ_MAX: Final = 244


class Nvram:
    """Both generations of Z-Stack items: numbered ones and extended tables."""

    def __init__(self, ieee: bytes, randomness: random.Random) -> None:
        self._ieee = ieee
        self._randomness = randomness
        self.items: dict[int, bytes] = {}
        self.tables: dict[tuple[int, int], bytes] = {}
        self.writes = 0
        """Counts up with every change; whoever keeps a copy compares it."""
        self.factory_reset()

    def factory_reset(self) -> None:
        """Become an empty stick."""
        self.writes += 1
        self.items = dict.fromkeys((STARTUP, LOGICAL_TYPE, *_SETTINGS), b"\x00")
        self.items |= {EXTADDR: self._ieee, TCLK_SEED: self._randomness.randbytes(16)}
        self.items[LINK_KEYS] = bytes(2 + 6 * _TABLE_ROWS)
        rows = range(_TABLE_ROWS)
        self.tables = {(X_ADDRESSES, i): b"\xff\x00\xff\xff" + b"\xff" * 8 for i in rows}
        self.tables |= {(X_TCLK, i): bytes(20) for i in rows}
        self.tables |= {(X_APS_KEYS, i): bytes(24) for i in rows}
        self.tables |= {(X_SECURITY, i): bytes(12) for i in rows}

    def boot(self) -> None:
        """What the stack does at power-on: obey a pending reset, recreate deleted items."""
        if self.items.get(STARTUP, b"\0")[0] & 0x03:
            self.factory_reset()
        self.items.setdefault(EXTADDR, self._ieee)

    @property
    def formed(self) -> bool:
        """A network exists."""
        return self.items.get(BDB_ON_NETWORK) == b"\x01"

    @property
    def network_key(self) -> bytes:
        """The active network key, 16 bytes."""
        return self.items[KEY_INFO][1:]

    def form(self) -> None:
        """Start a network: choose PAN and channel, write information base and active key."""
        self.writes += 1
        mask = int.from_bytes(self.items.get(CHANNELS, b"\x00\x80\x00\x00"), "little")
        channel = next((c for c in range(11, 27) if mask & (1 << c)), 15)
        pan = int.from_bytes(self.items.get(PAN_ID, b"\xff\xff"), "little")
        pan = self._randomness.randrange(1, 0xFFFE) if pan == 0xFFFF else pan
        epid = self.items.get(APS_EPID, self._ieee)
        self.items[NIB] = struct.pack(
            "<15Bx H 3Bx H Bx H 8s H H I 4B I I B 8s B 17s 17s 9Bx H H B x",
            *(0, 5, 2, 0, 20, 0, 0, 30, 0, 0, 0, 1, 5, 1, 143),
            *(7, 2, 5, 30, 0x0000, channel, 0x0000, self._ieee, pan),
            *(8, mask, 15, 15, 0, 0, 0, 0, 0, epid, 1, bytes(17), bytes(17)),
            *(0, 0, 60, 3, 0, 1, 120, 10, 1, 0x0000, 0, 0),
        )
        assert len(self.items[NIB]) == _NIB_BYTES
        key = b"\x00" + self.items.get(KEY_PRECONFIGURED, self._randomness.randbytes(16))
        self.items[KEY_INFO] = self.items[KEY_ALTERNATE] = key
        self.items[BDB_ON_NETWORK] = b"\x01"
        self.tables[X_SECURITY, 0] = struct.pack("<I8s", 2500, epid)

    def move(self, mask: int) -> None:
        """Change to the lowest channel of the mask."""
        self.writes += 1
        channel = next(c for c in range(11, 27) if mask & (1 << c))
        base = bytearray(self.items[NIB])
        base[_NIB_CHANNEL] = channel
        base[_NIB_MASK : _NIB_MASK + 4] = struct.pack("<I", 1 << channel)
        base[_NIB_UPDATE_ID] = (base[_NIB_UPDATE_ID] + 1) & 0xFF
        self.items[NIB] = bytes(base)

    # --- MT commands: numbered items ------------------------------------------------------

    def item_length(self, data: bytes) -> bytes:
        """SYS.OSALNVLength."""
        return u16(len(self.items.get(int.from_bytes(data[:2], "little"), b"")))

    def item_read(self, data: bytes) -> bytes:
        """SYS.OSALNVReadExt."""
        item, offset = struct.unpack("<HH", data)
        if item not in self.items:
            return bytes((INVALID_PARAMETER, 0))
        return b"\x00" + short(self.items[item][offset : offset + _READ_MAX])

    def item_write(self, data: bytes) -> bytes:
        """SYS.OSALNVWriteExt."""
        self.writes += 1
        item, offset, size = struct.unpack_from("<HHH", data)
        if item not in self.items:
            return bytes((INVALID_PARAMETER,))
        value = bytearray(self.items[item])
        value[offset : offset + size] = data[6:]
        self.items[item] = bytes(value)
        return b"\x00"

    def item_delete(self, data: bytes) -> bytes:
        """SYS.OSALNVDelete."""
        self.writes += 1
        gone = self.items.pop(int.from_bytes(data[:2], "little"), None)
        return bytes((OK if gone else INVALID_PARAMETER,))

    def item_create(self, data: bytes) -> bytes:
        """SYS.OSALNVItemInit."""
        self.writes += 1
        item, size = struct.unpack_from("<HH", data)
        self.items[item] = data[5:].ljust(size, b"\xff")
        return bytes((NV_ITEM_UNINIT,))

    # --- MT commands: extended tables -----------------------------------------------------

    @staticmethod
    def _place(data: bytes) -> tuple[int, int]:
        table, row = struct.unpack_from("<HH", data, 1)
        return table, row

    def table_length(self, data: bytes) -> bytes:
        """SYS.NVLength."""
        return struct.pack("<I", len(self.tables.get(self._place(data), b"")))

    def table_read(self, data: bytes) -> bytes:
        """SYS.NVRead."""
        value = self.tables.get(self._place(data))
        offset, size = struct.unpack_from("<HB", data, 5)
        if value is None:
            return bytes((FAILURE, 0))
        return b"\x00" + short(value[offset : offset + size])

    def table_write(self, data: bytes) -> bytes:
        """SYS.NVWrite."""
        self.writes += 1
        place, offset = self._place(data), struct.unpack_from("<H", data, 5)[0]
        if place not in self.tables:
            return bytes((FAILURE,))
        value = bytearray(self.tables[place])
        value[offset : offset + data[7]] = data[8:]
        self.tables[place] = bytes(value)
        return b"\x00"

    def table_create(self, data: bytes) -> bytes:
        """SYS.NVCreate."""
        self.writes += 1
        size = struct.unpack_from("<I", data, 5)[0]
        self.tables.setdefault(self._place(data), bytes(size))
        return bytes((NV_ITEM_UNINIT,))

    def table_delete(self, data: bytes) -> bytes:
        """SYS.NVDelete."""
        self.writes += 1
        gone = self.tables.pop(self._place(data), None)
        return bytes((OK if gone else NV_OPER_FAILED,))

    # --- keeping --------------------------------------------------------------------------

    def dump(self) -> dict[str, dict[str, str]]:
        """Return everything as JSON-ready text."""
        return {
            "items": {str(item): value.hex() for item, value in self.items.items()},
            "tables": {f"{a},{b}": value.hex() for (a, b), value in self.tables.items()},
        }

    def load(self, raw: dict[str, dict[str, str]]) -> None:
        """Take over what `dump` returned."""
        self.items = {int(item): bytes.fromhex(value) for item, value in raw["items"].items()}
        self.tables = {}
        for place, value in raw["tables"].items():
            table, row = place.split(",")
            self.tables[int(table), int(row)] = bytes.fromhex(value)
