# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What both sides of the wire rely on; a change here is a new wire version."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from caregiver_api import wire
from caregiver_api.hubs.signing import parse
from caregiver_api.platform.problems import Refusal

SEED = bytes(range(32))
BODY = b'{"version":1,"outbox":0,"clock_trusted":true}'
PATH = "/v1/hubs/0123456789abcdef0123456789abcdef/heartbeat"
BASE = (
    '"@method": POST\n'
    '"@path": /v1/hubs/0123456789abcdef0123456789abcdef/heartbeat\n'
    '"content-digest": sha-256=:lLE94vJmLITNMdGbekBUjLlGyVMJ2+GBbgnqX05mj6I=:\n'
    '"@signature-params": ("@method" "@path" "content-digest");created=1795000000'
    ';nonce="AAAAAAAAAAAAAAAAAAAAAA";keyid="0123456789abcdef0123456789abcdef";alg="ed25519"'
)
ALERT_V1 = """{
 "message_id": "11111111111111111111111111111111", "incident_id": "22222222222222222222222222222222",
 "revision": 2, "kind": "possible_fall", "priority": "urgent", "phase": "paged", "room": "bath",
 "room_name": "Bad", "device": null, "utc_s": 1795000000.5, "age_s": 1.25, "evidence": [17, 18],
 "blind": [{"room": "hall", "device": "motion-hall", "why": "silent", "since_utc_s": null}],
 "detail": {"still_s": 1200.0, "limit": "bath"}, "count": 2, "late": true, "test": false,
 "basis": "consent", "purpose": "falls"}"""


def signed(base: bytes = BASE.encode(), body: bytes = BODY) -> dict[str, str]:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    return {
        "content-digest": wire.content_digest(body),
        "signature-input": f"sig1={BASE.rpartition('@signature-params": ')[2]}",
        "signature": f"sig1=:{base64.b64encode(key.sign(base)).decode()}:",
    }


def test_the_signature_base_is_that_of_rfc_9421():
    parameters = wire.signature_input(
        key_id="0123456789abcdef0123456789abcdef",
        created=1795000000,
        nonce="AAAAAAAAAAAAAAAAAAAAAA",
    )
    base = wire.signature_base(
        method="POST", path=PATH, digest=wire.content_digest(BODY), parameters=parameters
    )
    assert base.decode() == BASE


def test_what_one_side_signs_the_other_verifies():
    read = parse(method="POST", path=PATH, headers=signed(), body=BODY)
    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    assert (read.created, read.nonce) == (1795000000, "AAAAAAAAAAAAAAAAAAAAAA")
    assert read.by(public)
    assert not read.by(bytes(32))
    other = parse(method="GET", path=PATH, headers=signed(), body=BODY)
    assert not other.by(public)


@pytest.mark.parametrize("header", ["content-digest", "signature-input", "signature"])
@pytest.mark.parametrize(
    "value", ["", "sig1=()", 'sig1=("@method");created=1', "sig1=:!:", "ö" * 9]
)
def test_what_is_not_in_our_profile_is_refused(header: str, value: str):
    with pytest.raises(Refusal):
        parse(method="POST", path=PATH, headers={**signed(), header: value}, body=BODY)


def test_six_digits_are_always_six():
    digits = {wire.key_hash(bytes([one]) * 32) for one in range(64)}
    assert all(len(one) == 6 and one.isdigit() for one in digits)
    assert len(digits) == 64


def test_a_message_of_version_1_is_read_as_it_was_meant():
    alert = wire.Alert.model_validate_json(ALERT_V1)
    assert alert.model_dump(mode="json", exclude_unset=True) == json.loads(ALERT_V1)


def test_a_message_needs_no_more_than_these():
    least = {
        "message_id": "1" * 32, "incident_id": "2" * 32, "revision": 1, "kind": "x",
        "priority": "info", "phase": "paged", "age_s": 0, "basis": "operation",
    }  # fmt: skip
    wire.Alert.model_validate(least)
    for name in least:
        with pytest.raises(ValidationError):
            wire.Alert.model_validate({key: value for key, value in least.items() if key != name})


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "X" * 32}, {"message_id": "1" * 31}, {"revision": 0}, {"age_s": -1},
        {"kind": "<script>"}, {"kind": "x" * 65}, {"priority": "high"}, {"count": 0},
        {"resident": "Frau A."}, {"room": "bath\n"},
    ],
)  # fmt: skip
def test_what_a_message_must_not_hold_is_refused(change: dict[str, object]):
    with pytest.raises(ValidationError):
        wire.Alert.model_validate({**json.loads(ALERT_V1), **change})


def test_a_batch_is_bounded():
    alert = wire.Alert.model_validate_json(ALERT_V1)
    wire.Messages(messages=(alert,) * 200)
    for count in (0, 201):
        with pytest.raises(ValidationError):
            wire.Messages(messages=(alert,) * count)
