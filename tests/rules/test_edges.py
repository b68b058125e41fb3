# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rules take in and give out: the apartment file, limits, snapshots, reasons, the documentation."""

import json
import re
from dataclasses import fields

import pytest

from rules.detectors.registry import DECLARED, SHIPPED, TABLE
from rules.engine.codec import StateError
from rules.engine.roster import Roster
from rules.model import codec
from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.apartment_file import ApartmentError, parse
from rules.model.consent import Register
from rules.model.declaration import Page
from rules.model.identity import DeviceId, JournalId
from rules.model.limits import LimitError, with_limit
from rules.situation.activity import Sign, Strength
from rules.situation.wall_clock import WallClock
from tests.rules.home import ROOT, Home, demo_apartment

ROOMS = [{"id": "bath", "type": "bathroom", "name": "Bad"}]
DEVICE = {"id": "m", "role": "motion", "room": "bath", "source": "zigbee", "address": "x"}


def test_the_apartment_file_becomes_a_flat_and_drawing_is_left_alone():
    flat = parse(
        {
            "flat": {"pets": True, "night_from_s": 75600},
            "rooms": [{**ROOMS[0], "shape": [[0, 0]]}],
            "devices": [{**DEVICE, "silent_after_s": 600, "at": [1, 2]}],
            "plan": {},
        }
    )
    assert flat.pets
    assert flat.night_from_s == 75600
    assert flat.devices[0].role is Role.MOTION
    assert flat.devices[0].silent_after_s == 600


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "rooms"),
        ({"rooms": [{"id": "bath", "type": "cave"}]}, "rooms[0].type"),
        ({"rooms": [*ROOMS, *ROOMS]}, "rooms[1].id"),
        ({"rooms": ROOMS, "devices": [{**DEVICE, "room": "attic"}]}, "devices[0].room"),
        ({"rooms": ROOMS, "devices": [{**DEVICE, "role": "camera"}]}, "devices[0].role"),
        ({"rooms": ROOMS, "devices": [{**DEVICE, "source": "wifi"}]}, "devices[0].source"),
        ({"rooms": ROOMS, "devices": [DEVICE, DEVICE]}, "devices[1].id"),
        (
            {"rooms": ROOMS, "devices": [{**DEVICE, "silent_after_s": 0}]},
            "devices[0].silent_after_s",
        ),
        ({"rooms": ROOMS, "devices": [{**DEVICE, "certified": "yes"}]}, "devices[0].certified"),
        ({"rooms": ROOMS, "devices": "none"}, "devices"),
        ({"rooms": ROOMS, "flat": []}, "flat"),
    ],
)
def test_a_wrong_apartment_file_names_its_key(table, key):
    with pytest.raises(ApartmentError) as caught:
        parse(table)
    assert caught.value.key == key
    assert caught.value.expected


def test_a_limit_is_set_by_rule_and_key():
    limits = with_limit(SHIPPED, "inactivity.limit_s", "8")
    assert limits.inactivity.limit_s == 8.0
    assert with_limit(limits, "door_at_night.on", "true").door_at_night.on is True


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("inactivity", "8"),
        ("inactivity.limit", "8"),
        ("nothing.limit_s", "8"),
        ("inactivity.limit_s", "soon"),
        ("inactivity.limit_s", "-1"),
        ("inactivity.limit_s", "nan"),
        ("inactivity.limit_s", "inf"),
        ("door_at_night.on", "8"),
    ],
)
def test_a_wrong_limit_says_what_was_expected(key, value):
    with pytest.raises(LimitError) as caught:
        with_limit(SHIPPED, key, value)
    assert caught.value.key == key


@pytest.mark.parametrize(
    "written",
    [
        b'{"version":4,"situation":{}}',
        b'{"version":99}',
        b'{"version":0}',
        b'{"version":"3"}',
        b'{"version":true}',
        b'{"version":1,"state":{"now":0}}',
        b'{"version":2,"state":{}}',
        b'{"version":3}',
        b"[]",
        b"{}",
        b"torn",
    ],
)
def test_a_state_that_cannot_be_read_is_refused_with_a_sentence(written):
    with pytest.raises(StateError) as refused:
        Home().engine.load(written)
    assert re.match(
        r"state (of version .+; this release reads 1 to 3|that cannot be read: .+)$",
        refused.value.fault,
    )


def test_a_detector_that_was_not_there_begins_blind_and_one_that_is_gone_is_left_out():
    home = Home(hour=3)
    home.motion("bath")
    body = json.loads(home.engine.dump(home.state))
    body["memories"]["of_a_release_to_come"] = {"seen": True}
    del body["memories"]["possible_fall"]
    home.state = home.engine.load(json.dumps(body).encode())
    assert home.memory("possible_fall") == type(home.memory("possible_fall"))()
    assert b"of_a_release_to_come" not in home.engine.dump(home.state)


def test_a_state_goes_on_in_the_journal_it_was_restored_into():
    home = Home()
    written = home.engine.dump(home.state)
    assert home.engine.load(written, JournalId("restored")).incidents.journal == "restored"


def test_records_are_read_back_as_they_were_written():
    sign = Sign(at=1, seq=2, device=DeviceId("m"), room=None, strength=Strength.TOUCH)
    assert codec.decode(Sign, codec.encode(sign)) == sign
    event = ev.ConsentChanged(at=0.5, purpose="falls", recipient="care_team", state="given")
    assert codec.decode(ev.ConsentChanged, codec.encode(event)) == event
    with pytest.raises(KeyError):
        codec.decode(Sign, {"at": 1})
    with pytest.raises(ValueError):
        codec.decode(Sign, {**codec.encode(sign), "strength": "weak"})


def test_every_kind_has_times_that_fit_its_page():
    roster = Roster(Home().flat, TABLE)
    for kind, declared in DECLARED.items():
        times = roster.owner(Home().state.memories, kind, Register()).times
        assert bool(times.asks) is (declared.page is Page.NO_ANSWER)


def test_the_next_local_hour_follows_summer_time():
    offsets = ((0.0, 3600.0), (1774746000.0, 7200.0))  # 2026-03-29 01:00 UTC
    flat = demo_apartment()
    flat = type(flat)(rooms=flat.rooms, devices=flat.devices, utc_offsets=offsets)
    wall = WallClock(offset_s=1774746000.0 - 7200.0)  # axis 0 is 2026-03-28 23:00 UTC, midnight
    eleven = wall.next_local(flat, 0.0, 11 * 3600.0)
    assert eleven == 10 * 3600.0, "that night has one hour less"
    assert wall.next_local(flat, eleven, 11 * 3600.0) == eleven + 86400.0
    assert WallClock().next_local(flat, 0.0, 0.0) > 1e17


def test_every_verdict_and_every_limit_is_documented():
    page = "".join((ROOT / "docs" / name).read_text() for name in ("rules.md", "settings.md"))
    named = set(re.findall(r"`([a-z_.*0-9]+)`", page))
    assert set(DECLARED) <= named
    for section, record in SHIPPED.sections.items():
        if section == "presence":
            continue
        for key in fields(record):
            whole = f"{section}.{key.name}"
            assert whole in named or f".{key.name}" in named, whole


def test_a_snapshot_keeps_the_order_in_which_incidents_opened():
    home = Home()
    for cord in ("cord-bath", "cord-bedroom", "cord-bath", "panel"):
        home.pull(cord)
    home.fall()
    names = list(home.open)
    assert names != sorted(names)
    read = home.engine.load(home.engine.dump(home.state))
    assert list(read.incidents.open) == names
