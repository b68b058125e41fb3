# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Identity of received messages: a redelivery is the same message, a second press another."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2s
from typing import Final

# Names remembered for a redelivery; the broker redelivers at most what it has under way.
REMEMBERED: Final = 4096

type Place = tuple[int, bytes]


class Delivery:
    """One message on its way into the journal.

    Attributes:
        name: identity of the message; equal means the same.
    """

    __slots__ = ("_deliveries", "_place", "_receipt", "name")

    def __init__(
        self,
        deliveries: "Deliveries",
        place: Place | None,
        name: str,
        receipt: Callable[[], None] | None,
    ) -> None:
        self._deliveries = deliveries
        self._place = place
        self.name = name
        self._receipt = receipt

    def __call__(self) -> None:
        """Say that the message is durable."""
        if self._place is not None:
            self._deliveries.durable(self._place)
        if self._receipt is not None:
            self._receipt()

    def redelivered(self, receipt: Callable[[], None] | None) -> None:
        """Owe the acknowledgement to the connection that spoke last; an old one's is void."""
        self._receipt = receipt


class Deliveries:
    """Names each message, and knows one that comes again (DUP) while its commit is still awaited.

    A call too many adds one to a card's counter, a call too few may leave somebody lying: whatever
    is not surely the same message is a new one. A message that was durable already and comes again
    (its acknowledgement was lost) keeps its name; the rules take an equal press for the same for
    some seconds only, because brokers use packet identifiers again.
    """

    def __init__(self, start: str) -> None:
        """Begin without memory.

        Args:
            start: differs from start to start of the hub, so that names never come twice.
        """
        self._start = start
        self._count = 0
        self._names: OrderedDict[Place, str] = OrderedDict()
        self._open: dict[Place, Delivery] = {}

    def take(
        self,
        sender: str,
        raw: bytes,
        *,
        qos: int,
        mid: int,
        dup: bool,
        seq: object = None,
        receipt: Callable[[], None] | None = None,
    ) -> Delivery | None:
        """Return one received message, or None when it is on its way already.

        Args:
            sender: friendly name of the device.
            raw: payload as received.
            qos: 0 has no packet identifier, so it is never the same as another.
            mid: MQTT packet identifier.
            dup: the broker says that it sent this before.
            seq: sequence number of the device itself, where its payload carries one.
            receipt: to be called once the message is durable.
        """
        place = None
        if qos:
            place = (mid, blake2s(sender.encode() + b"\0" + raw, digest_size=16).digest())
            if dup and (waiting := self._open.get(place)) is not None:
                waiting.redelivered(receipt)
                return None
        delivery = Delivery(self, place, self._name(sender, place, dup=dup, seq=seq), receipt)
        if place is not None:
            self._open[place] = delivery
        return delivery

    def durable(self, place: Place) -> None:
        """Forget that a message is on its way."""
        self._open.pop(place, None)

    def _name(self, sender: str, place: Place | None, *, dup: bool, seq: object) -> str:
        if isinstance(seq, (int, str)) and not isinstance(seq, bool):
            told = str(seq)
            # JSON can carry half characters that no journal can hold.
            if len(told) <= 20 and told.isascii() and told.isprintable():
                return f"{sender}#{told}"
        self._count += 1
        fresh = f"{sender}@{self._start}.{self._count}"
        if place is None:
            return fresh
        if dup and (known := self._names.get(place)) is not None:
            return known
        self._names[place] = fresh
        self._names.move_to_end(place)
        if len(self._names) > REMEMBERED:
            self._names.popitem(last=False)
        return fresh
