# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The system behaves as it was recorded; `make traces` compares the stories and the other days as well."""

import copy
import json

import pytest

from tests.traces.__main__ import DIGESTS, FULL
from tests.traces.compare import difference
from tests.traces.items import SEEDS, items
from tests.traces.neutral import Neutral, digest, read, write

# One with a clock change, one without.
DAYS = ("seed/2", "seed/3")


@pytest.fixture(scope="module")
def recorded():
    return read(FULL)


def differences(recorded, *only):
    played = dict(items(only))
    assert played
    assert played.keys() == {
        name
        for name in recorded
        if any(name == one or name.startswith((f"{one}/", f"{one}@")) for one in only)
    }
    said = [difference(name, recorded.get(name), rows) for name, rows in played.items()]
    return "\n".join(one for one in said if one is not None)


def test_every_scenario_is_as_recorded(recorded):
    assert differences(recorded, "scenario") == ""


def test_the_month_is_asked_and_paged_as_recorded(recorded):
    assert differences(recorded, "replay") == ""


def test_two_simulated_days_are_as_recorded(recorded):
    assert differences(recorded, *DAYS) == ""


def test_hashes_and_counts_are_those_of_the_full_recording(recorded):
    assert json.loads(DIGESTS.read_text()) == {
        name: digest(rows) for name, rows in recorded.items()
    }
    assert {f"seed/{seed}" for seed in SEEDS} <= recorded.keys()
    assert sum(name.startswith("story/") for name in recorded) == 6


# --- the comparison itself


@pytest.fixture
def night():
    asked = {"what": "asked", "at": 10.5, "kind": "inactivity", "about": {"detail.still_s": 60.0}}
    return [asked, {"what": "page", "at": 70.5, "who": "anna"}]


def test_an_equal_night_is_no_difference(night):
    assert difference("night", night, copy.deepcopy(night)) is None


def test_the_first_difference_is_named_with_both_values(night):
    other = copy.deepcopy(night)
    other[1] |= {"who": "ben", "at": 70.501}
    said = difference("night", night, other)
    assert "differs from row 2 of 2" in said
    assert "who: 'anna' -> 'ben'" in said
    assert "at: 70.5 -> 70.501" in said
    assert "counts: equal" in said


def test_a_row_that_is_missing_or_more_is_a_difference(night):
    assert "page 1 -> 0" in difference("night", night, night[:1])
    assert "page 1 -> 2" in difference("night", night, [*night, night[1]])
    assert difference("night", None, night) is not None


def test_real_clocks_may_measure_a_little_more_and_not_much_more(night):
    for measured, same in ((61.0, True), (70.0, False)):
        other = copy.deepcopy(night)
        other[0]["about"]["detail.still_s"] = measured
        assert (difference("night", night, other) is None) is same
        assert digest(night) == digest(other)


def test_ids_are_told_by_their_order_and_numbers_to_the_millisecond():
    first, second = "0f" * 16, "f0" * 16
    rows = {"a": first, "b": [second, first], "at": 1.00049999, "n": 3.0, "is": True}
    assert Neutral()(rows) == {"a": "#1", "b": ["#2", "#1"], "at": 1, "n": 3, "is": True}


def test_a_recording_is_read_as_it_was_written(night, tmp_path):
    for name in ("one.jsonl", "one.jsonl.gz"):
        write(tmp_path / name, {"night": night})
        assert read(tmp_path / name) == {"night": night}
