# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Durable counts of rows and deadlines that stopped the process."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from hub.storage.journal import Journal
from rules.engine.circuit_breaker import RETRY_S, TRIES, DeadlineBroke, rest_s
from rules.model.events import DeadlinePutOff, Fact
from rules.model.identity import Seconds, Seq
from rules.model.quantities import DAY_S

# Twice may be a cosmic ray or a bad card; the third time it is the row.
CRASHES_MAX: Final = 3
# So many numbers are left out before a row that is still to be followed: deadlines that are
# deferred first get rows of their own there.
ROOM: Final = 100
DEFERRALS_MAX: Final = 50
"""More deadlines than there are rules and open incidents; beyond it the row itself is to blame."""
# A deadline that broke a week ago and not since begins anew.
FORGOTTEN_S: Final = 7 * DAY_S
REBUILDING: Final = " rebuilding"
"""Ends the names under which deadlines are counted that break while memory is rebuilt."""
UNFOLLOWED: Final = "unfollowed"
"""Mark: first row that is kept but was not followed yet, "0" when there is none."""
UNFOLDED: Final = "unshown"
"""Mark: rows that were followed and that no projection has folded."""


class CrashRecords:
    """Counts of rows and deadlines; every change waits for the journal's next commit."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._deadlines: dict[str, tuple[int, Seconds]] = {
            name: (times, at) for name, times, at in journal.read("SELECT * FROM broken")
        }

    def defer(self, fault: DeadlineBroke, *, at: Seconds, now: Seconds) -> DeadlinePutOff:
        """Count a deadline that broke once more; return the event that lets it rest.

        Args:
            fault: which one, and why.
            at: axis time of the event.
            now: axis time from which it rests; not before `at`.
        """
        times, last = self._deadlines.get(fault.name, (0, now))
        times = 1 if now - last > FORGOTTEN_S else times + 1
        self._count(fault.name, times, now)
        # An incident that the row only opens rests until it has its name; then that is counted.
        rests_s = rest_s(times) if fault.matter is None else RETRY_S
        return DeadlinePutOff(
            at=at,
            deadline=fault.deadline,
            incident=fault.incident,
            matter=fault.matter,
            times=times,
            until=now + rests_s,
        )

    def defer_again(self, fault: DeadlineBroke, *, at: Seconds) -> DeadlinePutOff | None:
        """Count a deadline that breaks in a row followed long ago, while memory is rebuilt.

        Nothing is forgotten here: the times of old rows say nothing about when it broke. Each
        deadline is counted once for all rows and all incidents, or the hub would have to fall over
        every one of them before it stands.

        Args:
            fault: which one, and why.
            at: axis time of the row.

        Returns:
            The event that lets it rest in the memory that is rebuilt; None while the process is to
            end and try once more.
        """
        name = fault.deadline + REBUILDING
        times = self._deadlines.get(name, (0, at))[0] + 1
        self._count(name, times, at)
        if times < TRIES:
            return None
        # What follows from it was done, or could not be done, when the row was new.
        return DeadlinePutOff(
            at=at,
            deadline=fault.deadline,
            incident=fault.incident,
            matter=fault.matter,
            times=TRIES + 1,
            until=at if fault.of_incident else at + DAY_S,
        )

    def _count(self, name: str, times: int, at: Seconds) -> None:
        self._deadlines[name] = (times, at)
        self._journal.also("INSERT OR REPLACE INTO broken VALUES (?,?,?)", name, times, at)

    def rows(self) -> dict[int, int]:
        """Return how often each row stopped the process."""
        return self._journal.crashes()

    def keep(self, facts: Sequence[Fact]) -> None:
        """Keep rows that nobody followed; the next start follows them before anything else."""
        for fact in facts:
            self._journal.add(fact)
        if facts and self.unfollowed() is None:
            self._journal.set_mark(UNFOLLOWED, str(facts[0].seq))

    def unfollowed(self) -> Seq | None:
        """Return the first row that was not followed yet."""
        return Seq(int(self._journal.mark(UNFOLLOWED) or 0)) or None

    def unfolded(self) -> frozenset[int]:
        """Return the rows that could not be folded."""
        return frozenset(int(seq) for seq in (self._journal.mark(UNFOLDED) or "").split())

    def keep_unfolded(self, seqs: Iterable[int]) -> None:
        """Note the rows that the next start is to fold; none once it did."""
        self._journal.set_mark(UNFOLDED, " ".join(map(str, sorted(seqs))))

    def once_more(self) -> list[tuple[Fact, tuple[str, str]]]:
        """Return the rows to follow now, each with the mark that is set when it was followed."""
        first = self.unfollowed()
        if first is None:
            return []
        bad = self.rows()
        facts = [
            fact for fact in self._journal.facts(first - 1) if bad.get(fact.seq, 0) < CRASHES_MAX
        ]
        if not facts:
            self._journal.set_mark(UNFOLLOWED, "0")
        numbers = [*(str(fact.seq) for fact in facts), "0"]
        marks = [(UNFOLLOWED, after) for _, after in pairwise(numbers)]
        return list(zip(facts, marks, strict=True))
