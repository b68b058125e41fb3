# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was taken once is not taken again, over battery changes and restarts."""

import pytest

from devices.ble.counters import CounterFile
from devices.ble.replay import EPOCH, ReplayedError, ReplayGuard, count_after
from devices.registry import Enrolled
from rules.model.apartment import Device, Role
from rules.model.identity import DeviceId, RoomId

BUTTON = Enrolled(
    device=Device(id=DeviceId("button"), role=Role.HELP, room=RoomId("bed"), source="ble"),
    address="aa",
)


@pytest.fixture
def guard(tmp_path):
    return ReplayGuard(CounterFile(tmp_path / "counts.json"))


def test_a_recorded_press_cannot_be_played_back(guard):
    guard.take(BUTTON, 5000)
    for counter in (5000, 4999, 100):
        with pytest.raises(ReplayedError, match="replayed") as refused:
            guard.take(BUTTON, counter)
        assert refused.value.is_last == (counter == 5000)


def test_a_new_battery_lets_the_device_count_anew_and_presses_keep_their_own_names(guard):
    before, after, again = (guard.take(BUTTON, counter) for counter in (5000, 1, 5000))
    assert before < after < again


@pytest.mark.parametrize("counter", [101, 400, 2999])
def test_who_counts_anew_from_a_higher_number_is_placed_after_all_that_was_taken(guard, counter):
    last = guard.take(BUTTON, 5000)
    for refused in (counter, counter + 1):
        with pytest.raises(ReplayedError):
            guard.take(BUTTON, refused)
    assert guard.take(BUTTON, counter + 2) == EPOCH + counter + 2 > last
    assert guard.take(BUTTON, 5000) == EPOCH + 5000


@pytest.mark.parametrize("counter", [0, 1, 2**32 - 1])
def test_the_first_packet_of_a_device_is_taken_whatever_its_counter(counter):
    assert count_after(None, counter) == counter


def test_counters_outlive_the_process(tmp_path):
    path = tmp_path / "counters.json"
    store = CounterFile(path)
    store.save("aa", 7, at_once=True)
    store.save("bb", 1, at_once=False)
    assert (CounterFile(path).load("aa"), CounterFile(path).load("bb")) == (7, None)
    for count in range(40):
        store.save("bb", count, at_once=False)
    assert CounterFile(path).load("bb") >= 8
    store.flush()
    assert CounterFile(path).load("bb") == 39


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'{"aa": "7"}', b"", b"\xff"])
def test_a_broken_counter_file_goes_into_quarantine_and_the_hub_starts(tmp_path, raw):
    path = tmp_path / "counters.json"
    path.write_bytes(raw)
    store = CounterFile(path)
    assert store.load("aa") is None
    assert (tmp_path / "counters.broken").read_bytes() == raw
    store.save("aa", 3, at_once=True)
    assert CounterFile(path).load("aa") == 3
