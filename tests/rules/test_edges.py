# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rules take in and give out: the apartment file, limits, snapshots, reasons, the documentation."""

import json
import re
import string
from dataclasses import fields

import pytest

from rules.first.engine import StateError, begin, dump, load
from rules.first.explain import explain
from rules.first.limits import LimitError, Limits, with_limit
from rules.first.response import Page, response
from rules.model import codec
from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.apartment_file import ApartmentError, parse
from rules.model.identity import DeviceId
from rules.model.verdict import NEED, Priority, Verdict, VerdictKind
from rules.situation.activity import Sign, Strength
from rules.situation.wall_clock import Wall
from tests.rules.home import JOURNAL, ROOT, Home, demo_apartment
from tohuus.sentences import SENTENCES, sentence

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
    limits = with_limit(Limits(), "inactivity.limit_s", "8")
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
        with_limit(Limits(), key, value)
    assert caught.value.key == key


def test_what_version_one_wrote_is_read_and_goes_on():
    home = Home()
    home.fall()
    home(ev.Paused(at=home.at, until=home.at + 3600))
    body = json.loads(dump(home.state))
    body["version"] = 1
    state = body["state"]
    for younger in ("kitchen", "taps", "drawer", "habits", "resting"):
        del state[younger]
    del state["pause"]["row"]
    for incident in state["incidents"].values():
        del incident["called"], incident["unreached"], incident["need"]["incident"]
    del state["register"]["taps"]
    state["dues"] = state["dues"][:15]
    old = load(json.dumps(body).encode())
    assert old.incidents.keys() == home.state.incidents.keys()
    assert len(old.dues) == len(home.state.dues)
    assert old.pause == home.state.pause
    assert load(dump(old)) == old


def test_what_another_version_wrote_is_refused():
    written = dump(begin(JOURNAL, Home().flat)).replace(b'{"version":2', b'{"version":99')
    with pytest.raises(StateError):
        load(written)
    with pytest.raises(StateError):
        load(b"torn")
    with pytest.raises(StateError):
        load(b'{"version":1,"state":{"now":0}}')


def test_records_are_read_back_as_they_were_written():
    sign = Sign(at=1, seq=2, device=DeviceId("m"), room=None, strength=Strength.TOUCH)
    assert codec.decode(Sign, codec.encode(sign)) == sign
    event = ev.ConsentChanged(at=0.5, purpose="falls", recipient="care_team", state="given")
    assert codec.decode(ev.ConsentChanged, codec.encode(event)) == event
    with pytest.raises(KeyError):
        codec.decode(Sign, {"at": 1})
    with pytest.raises(ValueError):
        codec.decode(Sign, {**codec.encode(sign), "strength": "weak"})


def test_every_verdict_has_a_response_a_basis_and_a_sentence():
    for kind in VerdictKind:
        for priority in Priority:
            follows = response(Verdict(kind=kind, priority=priority, at=0.0), Limits())
            assert bool(follows.asks) is (follows.page is Page.NO_ANSWER)
        assert kind in NEED
        for language, sentences in SENTENCES.items():
            assert any(key.split(".")[0] == kind for key in sentences), (language, kind)


def test_reasons_have_their_words():
    home = Home(hour=14)
    home.motion("hall")
    home.motion("bath")
    home.wait(21 * 60)
    verdict = home.concluded()[0].verdict
    reason = explain(verdict, home.flat.apartment)
    assert reason.key == "possible_fall.silence"
    assert sentence(reason, "de") == "Nach Bewegung (Bad) war es 20 Minuten still."
    for said in SENTENCES["en"].values():
        assert all(
            name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(said)
        )


def test_the_next_local_hour_follows_summer_time():
    offsets = ((0.0, 3600.0), (1774746000.0, 7200.0))  # 2026-03-29 01:00 UTC
    flat = demo_apartment()
    flat = type(flat)(rooms=flat.rooms, devices=flat.devices, utc_offsets=offsets)
    wall = Wall(offset_s=1774746000.0 - 7200.0)  # axis 0 is 2026-03-28 23:00 UTC, midnight
    eleven = wall.next_local(flat, 0.0, 11 * 3600.0)
    assert eleven == 10 * 3600.0, "that night has one hour less"
    assert wall.next_local(flat, eleven, 11 * 3600.0) == eleven + 86400.0
    assert Wall().next_local(flat, 0.0, 0.0) > 1e17


def test_every_verdict_and_every_limit_is_documented():
    page = (ROOT / "docs" / "rules.md").read_text()
    named = set(re.findall(r"`([a-z_.*0-9]+)`", page))
    assert {kind.value for kind in VerdictKind} <= named
    for rule in fields(Limits):
        if rule.name in {"off", "presence"}:
            continue
        for key in fields(getattr(Limits(), rule.name)):
            whole = f"{rule.name}.{key.name}"
            assert whole in named or f".{key.name}" in named, whole


def test_a_snapshot_keeps_the_order_in_which_incidents_opened():
    home = Home()
    for cord in ("cord-bath", "cord-bedroom", "cord-bath", "panel"):
        home.pull(cord)
    home.fall()
    names = list(home.state.incidents)
    assert names != sorted(names)
    assert list(load(dump(home.state)).incidents) == names
