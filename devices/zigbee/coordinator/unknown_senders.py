# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Frames from short addresses that the driver does not know, kept until their sender is known.

A device that found a new place in the network while the hub was off may have a new short address.
The driver drops its first frame, which may be a press, and only then asks who it was.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from rules.model.identity import Seconds

# A device on the mains says who it is in under 0.1 s, a sleeping one when it is awake anyhow.
KEPT_S: Final = 30.0
KEPT: Final = 32
_NWK: Final = 2  # zigpy's address mode "short address"
_IEEE_ADDR_REQ: Final = 0x0001


class UnknownSenders:
    """Stands before the driver's own `packet_received`."""

    def __init__(self, app: Any, monotonic: Callable[[], Seconds]) -> None:
        """Wire it between the stick and the driver.

        Args:
            app: zigpy's application; its `packet_received` is replaced.
            monotonic: real seconds.
        """
        self._app = app
        self._monotonic = monotonic
        self._take = app.packet_received
        self._kept: deque[tuple[Seconds, Any]] = deque(maxlen=KEPT)
        app.packet_received = self.received

    def received(self, packet: Any) -> None:
        """Hand a packet to the driver, now or when its sender is known."""
        unknown = self._is_unknown(packet)
        self._take(packet)
        if unknown and self._is_unknown(packet):
            self._keep(packet)
        elif self._kept:
            self._release()

    def _is_unknown(self, packet: Any) -> bool:
        if packet.src is None or packet.src.addr_mode != _NWK:
            return False
        try:
            self._app.get_device(nwk=packet.src.address)
        except KeyError:
            return True
        return False

    def _keep(self, packet: Any) -> None:
        known = any(one.src == packet.src for _, one in self._kept)
        self._kept.append((self._monotonic(), packet))
        if not known:
            self._app.create_task(self._ask_identity(packet.src.address), "ask_identity")

    def _release(self) -> None:
        now = self._monotonic()
        waiting, self._kept = self._kept, deque(maxlen=KEPT)
        for at, packet in waiting:
            if now - at >= KEPT_S:
                continue
            if self._is_unknown(packet):
                self._kept.append((at, packet))
            else:
                self._take(packet)

    async def _ask_identity(self, address: int) -> None:
        """Ask the sender itself, while it is awake: the driver's own broadcast misses sleepers."""
        import zigpy.types  # noqa: PLC0415  # heavy, and loaded by now

        types: Any = zigpy.types  # it turns plain numbers into its own
        sequence = self._app.get_sequence()
        question = types.ZigbeePacket(
            src=types.AddrModeAddress(addr_mode=types.AddrMode.NWK, address=0x0000),
            src_ep=0,
            dst=types.AddrModeAddress(addr_mode=types.AddrMode.NWK, address=address),
            dst_ep=0,
            tsn=sequence,
            profile_id=0,
            cluster_id=_IEEE_ADDR_REQ,
            data=types.SerializableBytes(
                bytes((sequence,)) + int(address).to_bytes(2, "little") + b"\x00\x00"
            ),
        )
        with suppress(Exception):  # nobody answers: its next frame asks again
            await self._app.send_packet(question)
