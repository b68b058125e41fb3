# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A row is folded by all projections or kept by none; the next start folds it as a whole."""

import sqlite3

import pytest

from hub.pipeline.projections import Projection, Projections
from hub.storage.crash_records import CrashRecords
from hub.storage.journal import Journal
from rules.model.events import Booted, Fact, RowQuarantined
from rules.model.identity import Seq
from tests.hub.flat import SeededRandomness


class Counting(Projection):
    """Keeps how many rows it has folded."""

    def __init__(self) -> None:
        self.count = 0

    def fold(self, fact, effects):
        self.count += 1
        return [("INSERT OR REPLACE INTO meta VALUES ('count', ?)", (str(self.count),))]


class Broken(Projection):
    def fold(self, fact, effects):
        raise ValueError("planted bug")


@pytest.fixture
def journal():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    return Journal(connection, randomness=SeededRandomness())


def booted(seq: int) -> Fact:
    return Fact(seq=Seq(seq), utc_s=None, event=Booted(at=0, gap_s=None, clock_trusted=True))


def test_what_one_projection_cannot_fold_is_kept_by_none_and_folded_again(journal: Journal):
    crash_records = CrashRecords(journal)
    projections = Projections(journal, crash_records)
    projections.subscribe(Counting())
    projections.subscribe(Broken())
    assert isinstance(projections.fold(booted(1), ()), ValueError)
    journal.commit()
    assert journal.mark("count") is None
    assert crash_records.unfolded() == {1}
    healed = Projections(journal, crash_records)
    healed.subscribe(Counting())
    assert healed.fold_again([(booted(1), ())]) == []
    journal.commit()
    assert (journal.mark("count"), crash_records.unfolded()) == ("1", frozenset())


def test_a_row_that_can_never_be_folded_is_named_and_its_report_ends_no_process(journal: Journal):
    projections = Projections(journal, CrashRecords(journal))
    projections.subscribe(Broken())
    assert projections.fold_again([(booted(7), ())]) == [(7, "")]
    report = RowQuarantined(at=0, row=Seq(7), kind="")
    assert projections.fold(Fact(seq=Seq(8), utc_s=None, event=report), ()) is None
