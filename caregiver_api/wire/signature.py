# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one signature profile of the wire: RFC 9421 with Ed25519 over method, path and digest."""

import base64
import hashlib
from typing import Final

SIGNED_COMPONENTS: Final = ("@method", "@path", "content-digest")
SKEW_S: Final = 300
"""Largest distance of `created` from service time; beyond it the answer is `clock-skew`."""


def content_digest(body: bytes) -> str:
    """Return the RFC 9530 Content-Digest header of a body (SHA-256)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_input(*, key_id: str, created: int, nonce: str) -> str:
    """Return the RFC 9421 signature parameters of our one profile (Ed25519, label `sig1`)."""
    components = " ".join(f'"{name}"' for name in SIGNED_COMPONENTS)
    return f'({components});created={created};nonce="{nonce}";keyid="{key_id}";alg="ed25519"'


def signature_base(*, method: str, path: str, digest: str, parameters: str) -> bytes:
    """Return the RFC 9421 signature base: what is signed by the hub and verified by the service.

    Args:
        method: HTTP method in capitals.
        path: absolute path of the request, without query.
        digest: value of the Content-Digest header (of the empty body for GET).
        parameters: value of `signature_input`.
    """
    lines = (
        f'"@method": {method}',
        f'"@path": {path}',
        f'"content-digest": {digest}',
        f'"@signature-params": {parameters}',
    )
    return "\n".join(lines).encode()
