# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who carries effects out hears every fact once, also those of the start."""

from pathlib import Path

from hub.pipeline.commits import Commits, Listener
from hub.pipeline.trace import Hops
from rules.model.effects import Effect
from rules.model.events import Booted, Fact, StorageFull
from rules.model.identity import Seq
from tests.hub.flat import Flat, virtual


def test_a_fact_that_follows_from_the_start_is_told_to_everybody_once(tmp_path: Path):
    async def story() -> None:
        async with Flat(tmp_path).hub() as hub:
            start = Fact(seq=Seq(1), utc_s=None, event=Booted(at=0, gap_s=None, clock_trusted=True))
            then = Fact(seq=Seq(2), utc_s=None, event=StorageFull(at=0, full=True))
            commits = Commits(hub.journal, hub.outbox, hub.storage, hub.stream, Hops(hub.clock))
            heard: list[tuple[str, int]] = []

            def hears(who: str) -> Listener:
                def listener(fact: Fact, _: tuple[Effect, ...]) -> None:
                    heard.append((who, fact.seq))
                    if (who, fact) == ("first", start):
                        commits.tell(then, (), None)
                        commits.commit()

                return listener

            commits.tell(start, (), None)
            commits.commit()
            commits.listen(hears("first"), hears("second"))
            assert sorted(heard) == [("first", 1), ("first", 2), ("second", 1), ("second", 2)]

    virtual(story())
