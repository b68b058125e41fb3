# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outbox: what may leave the flat, durable before it is sent and kept until it is taken."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hub.storage.journal import Journal, as_json
from rules.model.codec import decode, encode
from rules.model.consent import Need
from rules.model.effects import Message
from rules.model.identity import IncidentId, MessageId, Seconds, Seq
from rules.model.verdict import Priority

ORDER: Final = {Priority.URGENT: 0, Priority.SOON: 1, Priority.INFO: 2}
"""A fresh fall overtakes a backlog of notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message waiting for the service; a type of its own because a message cannot age.

    Attributes:
        seq: journal row that made it.
        since: real (monotonic) second at which it was enqueued or found again at boot.
        sent: the service has stored it.
    """

    message: Message
    seq: Seq
    since: Seconds
    sent: bool = False


class Outbox:
    """Messages as they were enqueued; memory is the working copy, the database the truth.

    Args:
        journal: its transaction carries every change.
        real: real seconds, for the age of a parcel.
    """

    def __init__(self, journal: Journal, *, real: Callable[[], Seconds]) -> None:
        self._journal = journal
        self._real = real
        self._waiting: dict[MessageId, Parcel] = {}
        self.wake = {priority: asyncio.Event() for priority in Priority}
        """Set after the commit that holds a new message of that priority."""

    def load(self) -> list[Parcel]:
        """Read what was not sent before the restart; return that and what was not confirmed."""
        unconfirmed = []
        for body, seq, sent in self._journal.read(
            "SELECT body, seq, sent FROM outbox WHERE sent = 0 OR running = 0 ORDER BY n"
        ):
            parcel = Parcel(
                message=decode(Message, json.loads(body)),
                seq=Seq(seq),
                since=self._real(),
                sent=bool(sent),
            )
            unconfirmed.append(parcel)
            if not sent:
                self._waiting[parcel.message.id] = parcel
                self.wake[parcel.message.priority].set()
        return unconfirmed

    def enqueue(self, message: Message, seq: Seq) -> bool:
        """Put a message into the transaction being built; False if it is waiting already."""
        if message.id in self._waiting:
            return False
        self._waiting[message.id] = Parcel(message=message, seq=seq, since=self._real())
        self._journal.also(
            "INSERT OR IGNORE INTO outbox (message_id, seq, incident, body, at) VALUES (?,?,?,?,?)",
            message.id,
            seq,
            message.incident,
            as_json(encode(message)),
            message.at,
        )
        return True

    def committed(self, priority: Priority) -> None:
        """Wake the forwarder: a message of this priority is durable."""
        self.wake[priority].set()

    def batch(self, priorities: Iterable[Priority], limit: int) -> list[Parcel]:
        """Return what to send next: most urgent first, oldest first."""
        wanted = set(priorities)
        found = [one for one in self._waiting.values() if one.message.priority in wanted]
        found.sort(key=lambda one: ORDER[one.message.priority])
        return found[:limit]

    def sent(self, messages: Iterable[MessageId]) -> list[Parcel]:
        """Mark what the service has stored; durable with the next group commit."""
        found = [one for name in messages if (one := self._waiting.pop(name, None)) is not None]
        for one in found:
            self._journal.also("UPDATE outbox SET sent = 1 WHERE message_id = ?", one.message.id)
        return found

    def running(self, message: MessageId) -> None:
        """Put into the transaction that people are being called for this message."""
        self._journal.also("UPDATE outbox SET running = 1 WHERE message_id = ?", message)

    def purge(self, need: Need) -> list[Message]:
        """Take everything out that rests on an ended basis and was not sent; return it."""
        return self.drop(
            [one.message for one in self._waiting.values() if one.message.need == need]
        )

    def drop(self, messages: Iterable[Message]) -> list[Message]:
        """Take messages out unsent."""
        gone = [one for one in messages if self._waiting.pop(one.id, None) is not None]
        for one in gone:
            self._journal.also("DELETE FROM outbox WHERE message_id = ? AND sent = 0", one.id)
        return gone

    def of_which_nothing_left(self, gone: Iterable[Message]) -> list[IncidentId]:
        """Return the incidents of messages just taken out of which none was ever sent."""
        names: dict[IncidentId, set[MessageId]] = {}
        for one in gone:
            names.setdefault(one.incident, set()).add(one.id)
        return [
            incident
            for incident, taken in names.items()
            if taken.issuperset(
                name
                for (name,) in self._journal.read(
                    "SELECT message_id FROM outbox WHERE incident = ?", incident
                )
            )
        ]

    def __len__(self) -> int:
        return len(self._waiting)
