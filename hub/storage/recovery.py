# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rule memory after a restart: newest snapshot plus every row behind it, bit-equal."""

from dataclasses import dataclass

import structlog

from hub.storage.crash_records import CRASHES_MAX, DEFERRALS_MAX, CrashRecords
from hub.storage.journal import Journal
from hub.storage.payload import kind_of
from rules.engine.circuit_breaker import DeadlineBroke
from rules.engine.codec import StateError
from rules.engine.engine import Engine
from rules.engine.state import State
from rules.model.effects import Effect
from rules.model.events import Fact, RowQuarantined
from rules.model.identity import Seq

_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Rule memory as of the last row that was followed.

    Attributes:
        quarantined: what is to be reported: rows that were left out, with what they hold, and rows
            at which a deadline had to be deferred, without.
        unfolded: rows that no projection could fold, with what followed from them.
        replayed: rows read behind the snapshot.
    """

    memory: State
    quarantined: tuple[tuple[Seq, str], ...]
    unfolded: tuple[tuple[Fact, tuple[Effect, ...]], ...]
    replayed: int


def recover(journal: Journal, rules: Engine, crash_records: CrashRecords) -> Recovered:
    """Rebuild memory; a row that stopped the process three times is left out.

    A row that raises is counted durably before the exception goes on: the process is to end. A
    deadline that breaks in rows that were followed long ago (another release) rests as well.
    """
    times = crash_records.rows()
    unfollowed = crash_records.unfollowed()
    memory, after = _newest(journal, rules)
    replayed = 0
    quarantined: dict[int, str] = {}
    unfolded, again = crash_records.unfolded(), []
    for fact in journal.facts(after):
        if unfollowed is not None and fact.seq >= unfollowed:
            break
        if times.get(fact.seq, 0) >= CRASHES_MAX:
            continue
        try:
            memory, effects, broke = _follow(rules, crash_records, memory, fact)
        except Exception as fault:
            if not isinstance(fault, DeadlineBroke):
                journal.count_crash(fact.seq, repr(fault))
            journal.commit()
            raise
        if fact.seq in unfolded:
            again.append((fact, effects))
        if broke:
            quarantined[fact.seq] = ""
        replayed += 1
    reported = {
        fact.event.row
        for fact in journal.facts(held_only=True)
        if isinstance(fact.event, RowQuarantined)
    }
    for seq, count in times.items():
        if count >= CRASHES_MAX:
            found = journal.event(Seq(seq))
            quarantined[seq] = "" if found is None else kind_of(found[0])
    return Recovered(
        memory=memory,
        quarantined=tuple(
            (Seq(seq), kind) for seq, kind in sorted(quarantined.items()) if seq not in reported
        ),
        unfolded=tuple(again),
        replayed=replayed,
    )


def _follow(
    rules: Engine, crash_records: CrashRecords, memory: State, fact: Fact
) -> tuple[State, tuple[Effect, ...], bool]:
    """Follow a row that was followed before.

    Returns:
        Memory, what followed from the row, and whether a deadline was deferred for it.
    """
    broke = False
    for _ in range(DEFERRALS_MAX):
        try:
            step = rules.advance(memory, fact)
        except DeadlineBroke as fault:
            event = crash_records.defer_again(fault, at=fact.event.at)
            if event is None:
                raise
            memory, broke = rules.defer(memory, event), True
        else:
            return step.state, step.effects, broke
    raise AssertionError("a deadline that rests does not break")


def _newest(journal: Journal, rules: Engine) -> tuple[State, int]:
    for snapshot in journal.snapshots():
        try:
            return rules.load(snapshot.state, journal.id), snapshot.seq
        except StateError as error:
            _LOG.warning("snapshot_of_another_version", row=snapshot.seq, fault=error.fault)
    return rules.begin(journal.id), 0
