# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a hub introduces itself: a one-time code, its key, and six digits that two people compare."""

import hashlib

from pydantic import Field

from caregiver_api.wire.body import VERSION, Hex32, WireBody


class PairingRequest(WireBody):
    """Body of a POST to `PATH_PAIRING`, signed with the key it carries (keyid "pairing")."""

    version: int = VERSION
    code: str = Field(min_length=8, max_length=9)
    public_key: str = Field(min_length=44, max_length=44)
    """Raw Ed25519 public key, base64."""
    name: str = Field(default="", max_length=80)


class PairingAnswer(WireBody):
    """Answer 202 to a pairing request: wait until a person has compared `key_hash`."""

    hub_id: Hex32
    key_hash: str
    service_key: str
    """Raw Ed25519 public key of the service, base64; signs server time in `clock-skew` problems."""


def key_hash(public_key: bytes) -> str:
    """Return the six digits that two people compare when a hub is paired."""
    return f"{int.from_bytes(hashlib.sha256(public_key).digest()[:8]) % 1_000_000:06d}"
