# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The audit: who changed or saw what, as a chain of hashes that shows every later change."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hub.storage.journal import Journal
from rules.model.effects import Effect, IncidentClosed, Send, Withheld
from rules.model.events import (
    AgreementChanged,
    CarerAnswered,
    CarerClosed,
    ConsentChanged,
    Event,
    LeftHome,
    NobodyReached,
    Paused,
    ScreenChanged,
    SecondWayTaken,
    SharedByTap,
    SomebodyReached,
    TestAlarmAsked,
)
from rules.model.identity import Seconds

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit: `actor` did `action` to `subject`."""

    n: int
    at: Seconds
    utc_s: Seconds | None
    actor: str
    action: str
    subject: str
    hash: str


class Broken(Exception):
    """The chain does not hold.

    Attributes:
        n: first entry that does not fit the one before it.
    """

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.n = n


class Audit:
    """Appends to the chain in the transaction of the action itself."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        head = journal.read("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1")
        self._n, self._hash = head[0] if head else (0, GENESIS)

    def note(
        self, at: Seconds, utc_s: Seconds | None, *, actor: str, action: str, subject: str
    ) -> None:
        """Buffer one entry for the journal's next commit."""
        self._n += 1
        content = (self._n, at, utc_s, actor, action, subject)
        self._hash = link(self._hash, content)
        self._journal.also("INSERT INTO audit VALUES (?,?,?,?,?,?,?)", *content, self._hash)

    def newest(self, limit: int) -> list[AuditEntry]:
        """Return the newest entries, newest first."""
        rows = self._journal.read("SELECT * FROM audit ORDER BY n DESC LIMIT ?", limit)
        return [_entry(row) for row in rows]


def link(before: str, content: tuple[object, ...]) -> str:
    """Return SHA-256 over the hash before and the entry as canonical JSON (RFC 8785)."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()


def verify(rows: Iterable[tuple[object, ...]]) -> int:
    """Check a whole chain, oldest first; return how many entries it has.

    Raises:
        Broken: an entry was changed, moved or left out.
    """
    before, count = GENESIS, 0
    for count, row in enumerate(rows, start=1):
        entry = _entry(row)
        before = link(before, tuple(row[:6]))
        if entry.n != count or entry.hash != before:
            raise Broken(count)
    return count


def _entry(row: tuple[object, ...]) -> AuditEntry:
    n, at, utc_s, actor, action, subject, digest = row
    assert isinstance(n, int)
    assert isinstance(at, float)
    assert utc_s is None or isinstance(utc_s, float)
    return AuditEntry(
        n=n,
        at=at,
        utc_s=utc_s,
        actor=str(actor),
        action=str(action),
        subject=str(subject),
        hash=str(digest),
    )


def audited(event: Event, effects: Iterable[Effect]) -> list[tuple[str, str, str]]:
    """Return (actor, action, subject) of whatever somebody may have to account for."""
    found: list[tuple[str, str, str]] = []
    match event:
        case ConsentChanged():
            found.append((event.by, f"consent_{event.state}", event.purpose))
        case AgreementChanged():
            found.append(("resident", "agreement", "begun" if event.live else "ended"))
        case CarerAnswered():
            found.append((f"carer:{event.carer}", event.step, event.incident))
        case CarerClosed():
            found.append((f"carer:{event.carer}", f"closed_{event.reason}", event.incident))
        case Paused():
            found.append(("resident", "paused", ""))
        case LeftHome():
            found.append(("resident", "left_home", ""))
        case SharedByTap():
            found.append(("resident", "shared", event.incident))
        case ScreenChanged():
            found.append(("hub", "screen", "live" if event.live else "lost"))
        case NobodyReached():
            found.append(("service", "nobody_reached", event.incident))
        case SomebodyReached():
            found.append(("service", "somebody_reached", event.incident))
        case SecondWayTaken():
            found.append(("hub", "second_way", event.message))
        case TestAlarmAsked():
            found.append((event.by, "test_alarm", ""))
        case _:
            pass
    for effect in effects:
        match effect:
            case Send(message=message):
                found.append(("hub", f"sent_{message.need.basis}", message.id))
            case Withheld(incident=incident, need=need):
                found.append(("hub", f"withheld_{need.basis}", incident))
            case IncidentClosed(incident=incident, reason=reason):
                found.append(("hub", f"incident_{reason}", incident))
            case _:
                pass
    return found
