# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signatures for the care service: one Ed25519 key a hub, and the service's signed time."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from httpx2 import Response
from pydantic import ValidationError

from caregiver_api import wire
from hub.runtime.clock import Clock
from hub.runtime.randomness import Randomness

_LOG = structlog.get_logger()
SKEW_PROBLEM: Final = "clock-skew"
NONCE_BYTES: Final = 18


class KeyFileOpen(Exception):
    """The key file can be read by others; its mode must be 0600.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


class HubKey:
    """The hub's own key; it never leaves its file (mode 0600)."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def load(cls, path: Path, randomness: Randomness) -> "HubKey":
        """Read the key, or make it at the first start.

        Raises:
            KeyFileOpen: others may read it.
        """
        if not path.exists():
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as fresh:
                fresh.write(base64.b64encode(randomness.draw(32)) + b"\n")
                fresh.flush()
                os.fsync(fresh.fileno())
        if path.stat().st_mode & 0o077:
            raise KeyFileOpen(path)
        return cls(base64.b64decode(path.read_bytes()))

    def sign(self, data: bytes) -> str:
        """Return the signature over data, base64."""
        return base64.b64encode(self._key.sign(data)).decode()


@dataclass(frozen=True, slots=True)
class Signature:
    """Headers of a signed request and the nonce they hold."""

    headers: dict[str, str]
    nonce: str


class Signer:
    """Signs in service time and learns it from the service's signed answers.

    Args:
        trusted: called when a signed time made the wall clock trusted.
    """

    def __init__(
        self, key: HubKey, *, clock: Clock, randomness: Randomness, trusted: Callable[[], None]
    ) -> None:
        self._key = key
        self._clock = clock
        self._randomness = randomness
        self._trusted = trusted

    @property
    def public_key(self) -> bytes:
        """The hub's raw public key."""
        return self._key.public

    def sign(self, *, method: str, path: str, body: bytes, key_id: str) -> Signature:
        """Return the headers that prove who says this."""
        nonce = base64.urlsafe_b64encode(self._randomness.draw(NONCE_BYTES)).decode()
        parameters = wire.signature_input(
            key_id=key_id, created=self._clock.signing_s(), nonce=nonce
        )
        digest = wire.content_digest(body)
        base = wire.signature_base(method=method, path=path, digest=digest, parameters=parameters)
        return Signature(
            headers={
                "content-digest": digest,
                "signature-input": f"sig1={parameters}",
                "signature": f"sig1=:{self._key.sign(base)}:",
                "content-type": "application/json",
            },
            nonce=nonce,
        )

    def learn(self, answer: Response, nonce: str, service_key: str) -> bool:
        """Take signed service time over from a `clock-skew` answer; True means: sign again at once.

        Args:
            answer: a 401, read completely.
            nonce: of the request it answers; a recorded answer holds another one.
            service_key: raw Ed25519 public key of the service, base64.
        """
        try:
            problem = wire.Problem.model_validate_json(answer.content)
        except ValidationError:
            return False
        told, signature = problem.server_time, problem.signature
        if not problem.type.endswith(SKEW_PROBLEM) or told is None or signature is None:
            return False
        if problem.nonce != nonce:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(service_key)).verify(
                base64.b64decode(signature), f"{told}|{nonce}".encode()
            )
        except (InvalidSignature, ValueError):
            _LOG.warning("service_time_not_authentic")
            return False
        if self._clock.signed_time(float(told)):
            self._trusted()
        return True

    def accepted(self) -> None:
        """Note that the service took a signature: the clocks agree within its tolerance."""
        if self._clock.accepted():
            self._trusted()
