# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import dataclass
from enum import StrEnum
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caregiver_api import wire
from caregiver_api.alerts.incident import ALERT, STATE
from caregiver_api.escalation.policy import Rung
from caregiver_api.escalation.state import EscalationState, Phase
from caregiver_api.platform.codec import JsonCodec, RowCodec

NUMBERS = st.floats(0, 2e9)
NAMES = st.text("abc", min_size=1, max_size=3)
STATES = st.builds(
    EscalationState,
    policy=st.lists(
        st.builds(Rung, carers=st.lists(NAMES, max_size=3).map(tuple), wait_s=NUMBERS), max_size=3
    ).map(tuple),
    priority=st.sampled_from(["urgent", "soon", "info"]),
    phase=st.sampled_from(Phase),
    due_s=st.none() | NUMBERS,
    rung=st.integers(-1, 8),
    round_no=st.integers(0, 1000),
    pending=st.sampled_from([None, "opened", "again", "raised", "owner"]),
    raised_s=st.none() | NUMBERS,
    owner=st.none() | NAMES,
    minutes=st.none() | st.integers(1, 120),
    declined=st.lists(NAMES, max_size=3).map(tuple),
    test=st.booleans(),
)


@given(STATES)
def test_every_escalation_is_read_as_it_was_written(state: EscalationState):
    assert STATE.load(STATE.dump(state)) == state


def test_what_is_written_keeps_its_first_names():
    state = EscalationState(
        policy=(Rung(carers=("anna",), wait_s=60.0),),
        priority="urgent",
        phase=Phase.AWAITING_DIGEST,
        due_s=1.5,
    )
    assert STATE.dump(state) == (
        '{"chain":[{"carers":["anna"],"wait_s":60.0}],"priority":"urgent","phase":"bundled",'
        '"due_s":1.5,"rung":-1,"turn":0,"pending":null,"raised_s":null,"owner":null,"minutes":null,'
        '"declined":[],"test":false}'
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"chain": []}',
        '{"chain": [], "priority": "loud", "phase": "running", "due_s": null}',
        '{"chain": [], "priority": "soon", "phase": "running", "due_s": null, "of_next_year": 1}',
    ],
)
def test_what_is_no_escalation_is_refused(text: str):
    with pytest.raises((TypeError, ValueError)):
        STATE.load(text)


def test_an_alert_is_written_without_what_is_usual():
    alert = wire.Alert(
        message_id="a" * 32, incident_id="b" * 32, revision=1, kind="leak", priority="soon",
        phase="paged", age_s=0.0, basis="operation",
    )  # fmt: skip
    assert "test" not in ALERT.dump(alert)
    assert ALERT.load(ALERT.dump(alert)) == alert


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    id: str
    key: bytes
    colour: Colour
    loud: bool
    rungs: tuple[Rung, ...] = ()
    at_s: float | None = None


def test_a_row_holds_flags_keys_and_records_in_columns_of_their_first_names():
    codec = RowCodec(
        Record,
        texts={"rungs": JsonCodec[tuple[Rung, ...]](tuple[Rung, ...])},
        written={"key": "public_key"},
    )
    record = Record(id="x", key=b"\0\1", colour=Colour.RED, loud=True)
    row = codec.dump(record)
    assert row == {
        "id": "x", "public_key": "AAE=", "colour": "red", "loud": 1, "rungs": None, "at_s": None
    }  # fmt: skip
    assert codec.load(SimpleNamespace(**row)) == record
    more = Record(
        id="x", key=b"", colour=Colour.RED, loud=False, rungs=(Rung(carers=("a",), wait_s=1.0),)
    )
    assert codec.load(SimpleNamespace(**codec.dump(more))) == more
