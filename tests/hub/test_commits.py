# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who carries effects out hears every fact once, also those of the start."""

from pathlib import Path

from hub.bootstrap import Hub
from hub.pipeline.commits import Commits, Listener
from hub.pipeline.trace import EventTrace
from rules.model.effects import Effect
from rules.model.events import Booted, Fact, StorageFull
from rules.model.identity import Seq
from tests.hub.flat import Flat, virtual


def commits_of(hub: Hub) -> Commits:
    return Commits(
        journal=hub.journal,
        outbox=hub.outbox,
        disk_space=hub.disk_space,
        trace=EventTrace(hub.clock, hub.stream),
        snapshots=hub.snapshots,
        group_s=5.0,
    )


def test_a_fact_that_follows_from_the_start_is_told_to_everybody_once(tmp_path: Path):
    async def story() -> None:
        async with Flat(tmp_path).hub() as hub:
            start = Fact(seq=Seq(1), utc_s=None, event=Booted(at=0, gap_s=None, clock_trusted=True))
            then = Fact(seq=Seq(2), utc_s=None, event=StorageFull(at=0, full=True))
            commits = commits_of(hub)
            heard: list[tuple[str, int]] = []

            def hears(who: str) -> Listener:
                def listener(fact: Fact, _: tuple[Effect, ...]) -> None:
                    heard.append((who, fact.seq))
                    if (who, fact) == ("first", start):
                        commits.tell(then, (), None, ordinary=False)
                        commits.commit()

                return listener

            commits.subscribe(hears("first"))
            commits.subscribe(hears("second"))
            commits.tell(start, (), None, ordinary=False)
            commits.commit()
            commits.release()
            assert sorted(heard) == [("first", 1), ("first", 2), ("second", 1), ("second", 2)]

    virtual(story())


def test_who_only_notes_hears_of_the_start_at_once_and_who_acts_when_all_are_ready(tmp_path: Path):
    async def story() -> None:
        async with Flat(tmp_path).hub() as hub:
            start = Fact(seq=Seq(1), utc_s=None, event=Booted(at=0, gap_s=None, clock_trusted=True))
            heard: list[str] = []
            commits = commits_of(hub)
            commits.subscribe(lambda *_: heard.append("acts"))
            commits.subscribe(lambda *_: heard.append("notes"), during_start=True)
            commits.tell(start, (), None, ordinary=False)
            commits.commit()
            assert heard == ["notes"]
            commits.release()
            assert heard == ["notes", "acts"]

    virtual(story())
