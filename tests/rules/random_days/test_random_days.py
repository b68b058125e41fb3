# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random days lead to what they led to when their digests were recorded from the first release."""

import gzip
import json
import os
from typing import Any

import pytest

from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.engine.state import State
from rules.model.events import Fact
from rules.model.flat import Flat
from rules.model.limits import with_limit
from tests.rules.home import JOURNAL, ROOT
from tests.rules.random_days.days import SETTINGS, Setting, random_day
from tests.rules.random_days.digest import Answer, digest

DATA = ROOT / "tests" / "data"
DIGESTS = (DATA / "random_days.txt").read_text().split()
"""By number of the day; recorded with `advance` of the first release, which is gone."""
STATES = [
    json.loads(line)
    for line in gzip.decompress((DATA / "states_of_the_first_release.jsonl.gz").read_bytes())
    .decode()
    .splitlines()
]
"""Written states of versions 1 and 2 in the middle of a day, and the digest of its rest."""
BLOCK = 25
# Every day is played nightly; a share of them, another one each thousand, in every run.
BLOCKS = len(DIGESTS) // BLOCK if os.environ.get("ALL_RANDOM_DAYS") else 14


def engine(setting: Setting) -> Engine:
    limits = SHIPPED
    for key, value in setting.limits.items():
        limits = with_limit(limits, key, value)
    return Engine(Flat(apartment=setting.apartment, limits=limits))


ENGINES = {id(setting): engine(setting) for setting in SETTINGS}


class Flat7:
    """Today's rules in the flat of a day."""

    def __init__(self, setting: Setting, written: bytes | None = None) -> None:
        self.engine = ENGINES[id(setting)]
        begun = written is None
        self.state: State = self.engine.begin(JOURNAL) if begun else self.engine.load(written)

    def advance(self, fact: Fact) -> Answer:
        step = self.engine.advance(self.state, fact)
        assert step.fault is None
        self.state = step.state
        return step.effects, step.next_due

    def look(self) -> Any:
        incidents, now = self.state.incidents, self.state.situation
        return incidents.open, incidents.register, now.wall.offset_s


@pytest.mark.parametrize("block", range(BLOCKS))
def test_random_days_lead_to_what_they_led_to(block):
    for number in range(block * BLOCK, (block + 1) * BLOCK):
        day = random_day(number)
        flat = Flat7(day.setting)
        assert digest(day, flat.advance, flat.look) == DIGESTS[number], f"day {number}"
        assert flat.engine.load(flat.engine.dump(flat.state)) == flat.state


@pytest.mark.parametrize("written", STATES, ids=lambda one: str(one["day"]))
def test_a_state_of_the_first_release_goes_on_where_it_was(written):
    day = random_day(written["day"])
    flat = Flat7(day.setting, json.dumps(written["state"]).encode())
    after = written["after"]
    assert digest(day, flat.advance, flat.look, after=after) == written["digest"]


def test_states_of_both_older_versions_are_kept():
    assert {one["state"]["version"] for one in STATES} == {1, 2}
