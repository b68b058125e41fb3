# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the care service refuses: problem details (RFC 9457)."""

from caregiver_api.wire.body import WireBody


class Problem(WireBody):
    """RFC 9457 problem details; `type` is a relative reference such as `/problems/clock-skew`."""

    type: str
    title: str
    status: int
    detail: str = ""
    server_time: int | None = None
    nonce: str | None = None
    signature: str | None = None
    """For `clock-skew`: base64 Ed25519 signature of the service over "<server_time>|<nonce>"."""
