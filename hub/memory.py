# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rule memory after a restart: newest snapshot plus every row behind it, bit-equal."""

from dataclasses import dataclass
from typing import Final

import structlog

from hub.journal import Journal
from hub.rulebook import Memory, Rules, StateError
from rules.events import RowQuarantined
from rules.identity import Seq

_LOG = structlog.get_logger()
# Twice may be a cosmic ray or a bad card; the third time it is the row.
CRASHES_MAX: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Rule memory as of the last row.

    Attributes:
        quarantined: rows put aside that were not reported yet.
        replayed: rows read behind the snapshot.
    """

    memory: Memory
    quarantined: tuple[Seq, ...]
    replayed: int


def recover(journal: Journal, rules: Rules) -> Recovered:
    """Rebuild memory; a row that stopped the process three times is left out.

    A row that raises is counted durably before the exception goes on: the process is to end.
    """
    crashes = journal.crashes()
    memory, after = _newest(journal, rules)
    replayed = 0
    for fact in journal.facts(after):
        if crashes.get(fact.seq, 0) >= CRASHES_MAX:
            continue
        try:
            memory = rules.advance(memory, fact).memory
        except Exception as fault:
            journal.count_crash(fact.seq, repr(fault))
            journal.commit()
            raise
        replayed += 1
    reported = {
        fact.event.row
        for fact in journal.facts(held_only=True)
        if isinstance(fact.event, RowQuarantined)
    }
    bad = sorted(seq for seq, times in crashes.items() if times >= CRASHES_MAX)
    return Recovered(
        memory=memory,
        quarantined=tuple(Seq(seq) for seq in bad if seq not in reported),
        replayed=replayed,
    )


def _newest(journal: Journal, rules: Rules) -> tuple[Memory, int]:
    for snapshot in journal.snapshots():
        try:
            return rules.load(snapshot.state, journal.id), snapshot.seq
        except StateError as error:
            _LOG.warning("snapshot_of_another_version", row=snapshot.seq, fault=error.fault)
    return rules.begin(journal.id), 0
