# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The firmware of a virtual TI coordinator (CC2652, Z-Stack 3.30), spoken to by MT commands."""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from showcase.virtual import mt
from showcase.virtual.mt import AF, APP_CNF, AREQ, SREQ, SRSP, SYS, UTIL, ZDO, short, u16
from showcase.virtual.nvram import CHANNELS, Nvram

type Handler = Callable[[bytes], bytes | None]

_BUILD: Final = 20230507  # code revision the driver reads as "CC26xx, 2023"
_ENERGY: Final = 20  # how noisy each channel seems, 0..255
_ALIGNED_NOTHING: Final = b"\xff" * 36  # "not associated": structs are aligned to 36 bytes


class Ether(Protocol):
    """The radio side below the firmware."""

    def address_of(self, ieee: bytes) -> int:
        """Return the short address of a joined node, 0xFFFE when there is none."""

    def send(self, nwk: int, endpoint: int, cluster: int, data: bytes) -> int:
        """Send a ZCL frame; return the MAC status."""

    def broadcast(self, endpoint: int, cluster: int, data: bytes) -> None:
        """Send a ZCL frame to every node."""

    def ask(self, nwk: int, cluster: int, sequence: int, data: bytes) -> None:
        """Send a ZDO request to a node."""

    def permit(self, seconds: int) -> None:
        """Let nodes join for so long."""


@dataclass(frozen=True, slots=True)
class _Registered:
    endpoint: int
    profile: int
    device: int
    version: int
    servers: tuple[int, ...]
    clients: tuple[int, ...]


class ZStack:
    """Answers what the driver asks; knows nothing of sockets, files or devices."""

    def __init__(self, nvram: Nvram, ether: Ether, write: Callable[[bytes], None]) -> None:
        self.nvram = nvram
        self._ether = ether
        self._write = write
        self._endpoints: list[_Registered] = []
        self._deframer = mt.Deframer()
        self._handlers = self._table()

    def power_on(self) -> None:
        """Start with an empty receive buffer."""
        self._deframer = mt.Deframer()

    def receive(self, data: bytes) -> None:
        """Take bytes from the serial line."""
        for cmd0, cmd1, payload in self._deframer.feed(data):
            handler = self._handlers.get((cmd0 & 0x1F, cmd1))
            if handler is None:
                self.tell(SRSP, 0x00, bytes((0x02, cmd0, cmd1)))  # RPC error: unknown command
                continue
            answer = handler(payload)
            if cmd0 & 0xE0 == SREQ and answer is not None:
                self.tell(SRSP | (cmd0 & 0x1F), cmd1, answer)

    def tell(self, cmd0: int, cmd1: int, data: bytes = b"") -> None:
        """Write one command to the serial line."""
        self._write(mt.frame(cmd0, cmd1, data))

    # --- what the radio side tells the driver ---------------------------------------------

    def incoming(
        self, nwk: int, aps: int, endpoint: int, cluster: int, data: bytes, lqi: int = 120
    ) -> None:
        """AF.IncomingMsg."""
        head = struct.pack("<HHHBBBBBIB", 0, cluster, nwk, endpoint, 1, 0, lqi, 0, 0, aps)
        self.tell(AREQ | AF, 0x81, head + short(data) + u16(0) + bytes((29,)))

    def zdo_incoming(
        self, nwk: int, cluster: int, sequence: int, data: bytes, *, broadcast: bool = False
    ) -> None:
        """ZDO.MsgCbIncoming."""
        head = struct.pack("<HBHBBH", nwk, broadcast, cluster, 0, sequence, 0)
        self.tell(AREQ | ZDO, 0xFF, head + data)

    def joined(self, nwk: int, ieee: bytes) -> None:
        """ZDO.TCDevInd: a node got the network key."""
        self.tell(AREQ | ZDO, 0xCA, u16(nwk) + ieee + u16(0))

    def left(self, nwk: int, ieee: bytes) -> None:
        """ZDO.LeaveInd."""
        self.tell(AREQ | ZDO, 0xC9, u16(nwk) + ieee + b"\x00\x00\x00")

    # --- commands -------------------------------------------------------------------------

    def _table(self) -> dict[tuple[int, int], Handler]:
        nvram = self.nvram

        def fine(_data: bytes) -> bytes:
            return b"\x00"

        return {
            (SYS, 0x00): self._reset,
            (SYS, 0x01): lambda _: u16(0x0001 | 0x0008 | 0x0010 | 0x0040 | 0x0200 | 0x0400),
            (SYS, 0x02): lambda _: (
                bytes((2, 1, 2, 7, 1)) + struct.pack("<IBI", _BUILD, 0, 2**32 - 1)
            ),
            (SYS, 0x07): nvram.item_create,
            (SYS, 0x12): nvram.item_delete,
            (SYS, 0x13): nvram.item_length,
            (SYS, 0x14): fine,  # transmit power
            (SYS, 0x1C): nvram.item_read,
            (SYS, 0x1D): nvram.item_write,
            (SYS, 0x30): nvram.table_create,
            (SYS, 0x31): nvram.table_delete,
            (SYS, 0x32): nvram.table_length,
            (SYS, 0x33): nvram.table_read,
            (SYS, 0x34): nvram.table_write,
            (UTIL, 0x0A): fine,  # LED
            (UTIL, 0x49): lambda _: _ALIGNED_NOTHING,
            (UTIL, 0x4A): lambda _: b"\xff" * 5 + b"\x00" * 31,
            (UTIL, 0x63): fine,
            (AF, 0x00): self._register,
            (AF, 0x02): self._data,
            (AF, 0x04): self._unregister,
            (ZDO, 0x36): self._permit,
            (ZDO, 0x37): self._move,
            (ZDO, 0x3E): fine,  # callbacks for every ZDO answer
            (ZDO, 0x45): fine,  # route discovery
            (ZDO, 0x46): fine,  # route check
            (APP_CNF, 0x05): self._commission,
            (APP_CNF, 0x08): self._channels,
        }

    @staticmethod
    def _soon(call: Callable[[], None]) -> None:
        """What follows an answer is written after it."""
        asyncio.get_running_loop().call_soon(call)

    def _reset(self, _data: bytes) -> None:
        self.nvram.boot()
        self._endpoints.clear()
        self._soon(lambda: self.tell(AREQ | SYS, 0x80, bytes((0, 2, 1, 2, 7, 1))))

    def _register(self, data: bytes) -> bytes:
        endpoint, profile, device, version, _latency, n = struct.unpack_from("<BHHBBB", data)
        servers = struct.unpack_from(f"<{n}H", data, 8)
        clients = struct.unpack_from(f"<{data[8 + 2 * n]}H", data, 9 + 2 * n)
        one = _Registered(endpoint, profile, device, version, servers, clients)
        self._endpoints.insert(0, one)
        return b"\x00"

    def _unregister(self, data: bytes) -> bytes:
        self._endpoints = [one for one in self._endpoints if one.endpoint != data[0]]
        return b"\x00"

    def _data(self, data: bytes) -> bytes:
        mode, address = data[0], data[1:9]
        endpoint, _pan, own, cluster, sequence = struct.unpack_from("<BHBHB", data, 9)
        size = struct.unpack_from("<H", data, 18)[0]
        body = data[20 : 20 + size]
        nwk = int.from_bytes(address[:2], "little")
        if mode == 3:
            nwk = self._ether.address_of(address)
        if mode not in {2, 3}:  # group or broadcast: confirmed at once, nobody answers for it
            self._soon(lambda: self._confirm(mt.OK, own, sequence))
            if endpoint != 0:
                self._soon(lambda: self._ether.broadcast(endpoint, cluster, body))
        elif endpoint == 0 and nwk == 0:
            self._soon(lambda: self._own_zdo(cluster, sequence, body[1:]))
        elif endpoint == 0:
            self._soon(lambda: self._ether.ask(nwk, cluster, sequence, body[1:]))
        else:

            def go() -> None:
                self._confirm(self._ether.send(nwk, endpoint, cluster, body), own, sequence)

            self._soon(go)
        return b"\x00"

    def _confirm(self, status: int, endpoint: int, sequence: int) -> None:
        self.tell(AREQ | AF, 0x80, bytes((status, endpoint, sequence)))

    def _own_zdo(self, cluster: int, sequence: int, data: bytes) -> None:
        me = u16(0)
        if cluster == 0x0002:
            node = bytes((0, 0x40, 0x8F)) + u16(0) + bytes((80,)) + u16(160) + u16(0x2C01)
            out = b"\x00" + me + node + u16(160) + b"\0"
        elif cluster == 0x0005:
            out = b"\x00" + me + short(bytes(one.endpoint for one in self._endpoints))
        elif cluster == 0x0004:
            one = next(one for one in self._endpoints if one.endpoint == data[2])
            text = struct.pack("<BHHB", one.endpoint, one.profile, one.device, one.version)
            for clusters in (one.servers, one.clients):
                text += bytes((len(clusters),)) + b"".join(map(u16, clusters))
            out = b"\x00" + me + short(text)
        elif cluster == 0x0038:
            mask, duration = struct.unpack_from("<IB", data)
            if duration == 0xFE:
                self.nvram.move(mask)
                return
            count = sum(1 for channel in range(11, 27) if mask & (1 << channel))
            out = struct.pack("<BIHH", 0, mask, 0, 0) + short(bytes((_ENERGY,)) * count)
        elif cluster in {0x0031, 0x0032}:
            out = b"\x00\x00\x00\x00"
        else:
            out = b"\x00" if cluster == 0x0036 else b"\x84"
        self.zdo_incoming(0, cluster | 0x8000, sequence, out)

    def _permit(self, data: bytes) -> bytes:
        mode, target, seconds, _ = struct.unpack("<BHBB", data)
        self._ether.permit(seconds)
        source = 0 if mode == 0x0F else target
        self._soon(lambda: self.tell(AREQ | ZDO, 0xB6, u16(source) + b"\x00"))
        return b"\x00"

    def _move(self, data: bytes) -> bytes:
        mask, duration = struct.unpack_from("<IB", data, 3)
        if duration == 0xFE:
            self.nvram.move(mask)
        return b"\x00"

    def _channels(self, data: bytes) -> bytes:
        if data[0] and any(data[1:5]):
            self.nvram.items[CHANNELS] = data[1:5]
        return b"\x00"

    def _commission(self, _data: bytes) -> bytes:
        def state(number: int) -> None:
            self._soon(lambda: self.tell(AREQ | ZDO, 0xC0, bytes((number,))))

        def note(*data: int) -> None:
            self._soon(lambda: self.tell(AREQ | APP_CNF, 0x80, bytes(data)))

        if not self.nvram.formed:
            self.nvram.form()
            state(8)
            note(1, 2, 4)
            state(9)
            note(0, 2, 0)
        else:
            state(9)
            note(13, 0, 4)
            note(0, 4, 0)
        return b"\x00"
