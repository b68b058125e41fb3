# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which presses are the same press: the broker may say a thing twice, a person may press twice."""

from collections import OrderedDict
from hashlib import blake2s
from typing import Final

# Messages remembered for a redelivery; the broker redelivers at most what it has under way.
REMEMBERED: Final = 4096


class Presses:
    """Names each message so that a redelivered one (DUP) gets the name it had before.

    A call too many adds one to a card's counter, a call too few may leave somebody lying: whatever
    is not surely the same message gets a name of its own.
    """

    def __init__(self, start: str) -> None:
        """Begin without memory.

        Args:
            start: differs from start to start of the hub, so that names never come twice.
        """
        self._start = start
        self._count = 0
        self._names: OrderedDict[tuple[int, bytes], str] = OrderedDict()

    def name(
        self, sender: str, raw: bytes, *, qos: int, mid: int, dup: bool, seq: object = None
    ) -> str:
        """Return the identity of one received message.

        Args:
            sender: friendly name of the device.
            raw: payload as received.
            qos: 0 has no packet identifier, so it is never the same as another.
            mid: MQTT packet identifier.
            dup: the broker says that it sent this before.
            seq: sequence number of the device itself, where its payload carries one.
        """
        if isinstance(seq, (int, str)) and not isinstance(seq, bool) and len(str(seq)) <= 20:
            return f"{sender}#{seq}"
        self._count += 1
        fresh = f"{sender}@{self._start}.{self._count}"
        if qos == 0:
            return fresh
        place = (mid, blake2s(sender.encode() + b"\0" + raw, digest_size=16).digest())
        if dup and (known := self._names.get(place)) is not None:
            return known
        self._names[place] = fresh
        self._names.move_to_end(place)
        if len(self._names) > REMEMBERED:
            self._names.popitem(last=False)
        return fresh
