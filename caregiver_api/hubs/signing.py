# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signed requests of hubs are verified, service time is signed for hubs with a wrong clock."""

import base64
import binascii
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from caregiver_api import wire
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.service_key import ServiceKey

PARAMETERS: Final = re.compile(
    r'sig1=(\("@method" "@path" "content-digest"\);created=(\d{1,12});nonce="([\w+/=-]{16,64})"'
    r';keyid="(\w{1,64})";alg="ed25519")'
)
SIGNATURE: Final = re.compile(r"sig1=:([A-Za-z0-9+/]{86}==):")
NONCES_MAX: Final = 200_000
"""Nonces remembered at most; each lives twice `wire.SKEW_S`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The signature of a request as it came: syntax and digest hold, the key is not yet checked."""

    key_id: str
    created: int
    nonce: str
    base: bytes
    signature: bytes

    def by(self, public_key: bytes) -> bool:
        """Say whether the owner of this key signed the request."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.base)
        except (InvalidSignature, ValueError):
            return False
        return True


def parse(*, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Signed:
    """Read the signature headers of a request and check its digest.

    Raises:
        Refusal: 401, a header is missing or not in our profile, or the body is not what was signed.
    """
    digest = headers.get("content-digest", "")
    parameters = PARAMETERS.fullmatch(headers.get("signature-input", ""))
    signature = SIGNATURE.fullmatch(headers.get("signature", ""))
    if parameters is None or signature is None:
        raise Refusal(401, "signature", "headers Signature-Input and Signature with label sig1")
    if digest != wire.content_digest(body):
        raise Refusal(401, "signature", "Content-Digest is not that of the body")
    return Signed(
        key_id=parameters[4],
        created=int(parameters[2]),
        nonce=parameters[3],
        base=wire.signature_base(method=method, path=path, digest=digest, parameters=parameters[1]),
        signature=base64.b64decode(signature[1]),
    )


def public_key(text: str) -> bytes:
    """Read a raw public key from base64.

    Raises:
        Refusal: 422, not 32 bytes of base64.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refusal(422, "bad-body", "public_key: base64") from error
    if len(raw) != 32:
        raise Refusal(422, "bad-body", "public_key: 32 bytes")
    return raw


class Freshness:
    """Each signed request counts once and near its time.

    Nonces live in memory. What was signed before this start of the service is answered with
    `clock-skew`, so nothing forgotten by a restart can be replayed; an honest hub signs again.
    """

    def __init__(self, axis: Axis, key: ServiceKey) -> None:
        self._axis = axis
        self._key = key
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()

    def check(self, signed: Signed) -> None:
        """Accept an authentic request once.

        Raises:
            Refusal: 401 `clock-skew` with signed service time, or 401 `replayed`.
        """
        now = self._axis.now()
        earliest = int(self._axis.started_s) + 1
        if abs(signed.created - now) > wire.SKEW_S or signed.created < earliest:
            time = max(int(now), earliest)
            proof = self._key.sign(f"{time}|{signed.nonce}".encode())
            raise Refusal(401, "clock-skew", skew=(time, signed.nonce, proof))
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        name = (signed.key_id, signed.nonce)
        if name in self._seen:
            raise Refusal(401, "replayed")
        if len(self._seen) >= NONCES_MAX:
            raise Refusal(429, "too-many", headers={"retry-after": "1"})
        self._seen[name] = now + 2 * wire.SKEW_S
