# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wire between a hub and the care service: paths, bodies and the signature of both sides."""

from caregiver_api.wire.body import VERSION
from caregiver_api.wire.downlink import Down, DownKind
from caregiver_api.wire.messages import (
    HEARTBEAT_S,
    Alert,
    BlindSpot,
    Heartbeat,
    Messages,
    Stored,
    Withdrawal,
)
from caregiver_api.wire.pairing import PairingAnswer, PairingRequest, key_hash
from caregiver_api.wire.paths import (
    PATH_HEARTBEAT,
    PATH_MESSAGES,
    PATH_PAIRING,
    PATH_STREAM,
    PATH_WITHDRAWALS,
)
from caregiver_api.wire.problem import Problem
from caregiver_api.wire.signature import (
    SIGNED_COMPONENTS,
    SKEW_S,
    content_digest,
    signature_base,
    signature_input,
)

__all__ = [
    "HEARTBEAT_S",
    "PATH_HEARTBEAT",
    "PATH_MESSAGES",
    "PATH_PAIRING",
    "PATH_STREAM",
    "PATH_WITHDRAWALS",
    "SIGNED_COMPONENTS",
    "SKEW_S",
    "VERSION",
    "Alert",
    "BlindSpot",
    "Down",
    "DownKind",
    "Heartbeat",
    "Messages",
    "PairingAnswer",
    "PairingRequest",
    "Problem",
    "Stored",
    "Withdrawal",
    "content_digest",
    "key_hash",
    "signature_base",
    "signature_input",
]
