# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way of one message, from what three programs say in any order."""

import itertools

import pytest

from showcase.stories import story
from showcase.stories.trace import Trace

FALL = next(one for one in story.every() if one.id == "fall-bath-night")
CORD = next(one for one in story.every() if one.id == "pull-cord")
INCIDENT, MESSAGE = "a" * 32, "b" * 32
FRAME = "zigbee:00:12:4b:00:aa:00:00:10:1:0500:7"


def hub(hop, wall_ms, **said):
    return {"hop": hop, "seq": 41, "at": 100.0, "utc_s": 1e9, "wall_ms": wall_ms, **said}


def cord_way(trace):
    """Everything that is said about one pulled cord, as (teller, arguments)."""
    one = {"incident": INCIDENT, "kind": "help_call", "room": "bath"}
    sent = one | {"message": MESSAGE, "basis": "help_agreement"}
    frame = FRAME + ":1"
    return [
        lambda: trace.frame(FRAME, utc_s=1e9, wall_ms=1, device="cord-bath"),
        lambda: trace.hub(hub("decoded", 2, frame=frame, device="cord-bath", seq=None)),
        lambda: trace.hub(hub("journaled", 3, frame=frame, device="cord-bath")),
        lambda: trace.hub(hub("verdict", 4, evidence=[41], device="cord-bath", **one)),
        lambda: trace.hub(hub("decided", 5, outcome="sent", **sent)),
        lambda: trace.hub(hub("enqueued", 6, **sent)),
        lambda: trace.hub(hub("forwarded", 9, message=MESSAGE)),
        lambda: trace.service(
            "alert",
            {"message_id": MESSAGE, "incident_id": INCIDENT, "received_ms": 7},
            wall_ms=8,
            utc_s=1e9,
        ),
        lambda: trace.service(
            "progress",
            {"incident_id": INCIDENT, "step": "paged", "wall_ms": 10, "at": 1e9},
            wall_ms=10,
            utc_s=1e9,
        ),
        lambda: trace.service(
            "progress",
            {"incident_id": INCIDENT, "step": "accepted", "who": "Anna", "wall_ms": 11, "at": 1e9},
            wall_ms=11,
            utc_s=1e9,
        ),
    ]


def test_a_pulled_cord_is_followed_to_the_carer():
    trace = Trace(CORD)
    for tell in cord_way(trace):
        tell()
    assert trace.missing is None
    assert tuple(hop.name for hop in trace.way) == CORD.hops
    assert trace.way[0].ids["frame"] == FRAME
    assert trace.way[2].ids["seq"] == 41
    assert trace.way[-1].ids["who"] == "Anna"


def test_an_answer_of_the_service_that_overtakes_the_hubs_own_word_is_kept():
    for order in itertools.permutations((5, 6, 7)):
        trace = Trace(CORD)
        tells = cord_way(trace)
        for number in (0, 1, 2, 3, 4, *order, 8, 9):
            tells[number]()
        assert tuple(hop.name for hop in trace.way) == CORD.hops


@pytest.mark.parametrize("lost", range(4, 10))
def test_the_first_hop_that_does_not_come_is_named(lost):
    trace = Trace(CORD)
    for number, tell in enumerate(cord_way(trace)):
        if number != lost:
            tell()
    names = ["decided", "enqueued", "forwarded", "received", "paged", "acknowledged"]
    assert trace.missing == names[lost - 4]
    assert trace.way[-1].name == CORD.hops[CORD.hops.index(trace.missing) - 1]


def test_a_mute_sensor_misses_the_frame():
    assert Trace(CORD).missing == "frame"


def test_a_withheld_message_is_not_a_decision_to_send():
    trace = Trace(CORD)
    tells = cord_way(trace)
    for tell in tells[:4]:
        tell()
    trace.hub(hub("decided", 5, incident=INCIDENT, outcome="withheld", basis="help_agreement"))
    assert trace.missing == "decided"
    assert trace.withheld["basis"] == "help_agreement"


def test_another_incident_is_not_ours():
    trace = Trace(FALL)
    trace.hub(hub("verdict", 1, incident="f" * 32, kind="inactivity", evidence=[]))
    trace.hub(hub("asked", 2, incident="f" * 32))
    assert trace.incident is None
    assert not trace.has("asked")


def test_the_frame_named_as_evidence_is_told_not_the_newest():
    trace = Trace(CORD)
    for sequence, row in ((7, 41), (8, 42)):
        frame = f"zigbee:x:1:0500:{sequence}"
        trace.frame(frame, utc_s=1e9, wall_ms=sequence, device="cord-bath")
        said = {"frame": frame + ":1", "device": "cord-bath"}
        trace.hub(hub("decoded", sequence, **said) | {"seq": None})
        trace.hub(hub("journaled", sequence, **said) | {"seq": row})
    trace.hub(hub("verdict", 9, incident=INCIDENT, kind="help_call", evidence=[41]))
    assert [hop.ids.get("seq") for hop in trace.way] == [None, None, 41, 41]
    assert trace.way[0].ids["frame"].endswith(":7")
