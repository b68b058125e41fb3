# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What each kind of device can be asked about the time in which nobody listened."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from devices.zigbee.alarms import CALLS, FALLS, HAZARDS
from devices.zigbee.commands import SWITCHABLE
from devices.zigbee.frame import IAS_ZONE, OCCUPANCY, ONOFF, TUYA
from devices.zigbee.measured import ELECTRICAL, METERING
from devices.zigbee.stick import Node
from rules.apartment import Role

# A parent keeps a frame for a sleeping child for 7.68 s.
ANSWER_WITHIN_S: Final = 8.0
_HIGH, _LOW = 1, -1  # zigpy's packet priorities
_TELL_ALL: Final = 0x03
_METERED: Final = frozenset({Role.STOVE, Role.STOVE_CUTOFF, Role.PLUG})
_URGENT: Final = CALLS | FALLS | HAZARDS
_STATES: Final = frozenset(
    {Role.FRONT_DOOR, Role.DOOR, Role.BED, Role.CHAIR, Role.TAP, Role.MOTION}
)


@dataclass(frozen=True, slots=True)
class Question:
    """One read of one cluster.

    Attributes:
        attributes: what is read; nothing means Tuya's "tell all data points" (0xEF00, 0x03).
        urgent: somebody may lie there; asked first and not held up by other reads.
    """

    endpoint: int
    cluster: int
    attributes: tuple[int, ...]
    urgent: bool = False


def questions(role: Role, node: Node) -> tuple[Question, ...]:
    """Return what to ask a device; nothing for those that keep no state (plain buttons)."""
    return tuple(
        question
        for endpoint in node.radio.non_zdo_endpoints
        for number, cluster in endpoint.in_clusters.items()
        if (question := _question(role, endpoint.endpoint_id, number, cluster)) is not None
    )


def _question(role: Role, endpoint: int, number: int, cluster: Any) -> Question | None:
    from zhaquirks import LocalDataCluster  # noqa: PLC0415  # heavy, and loaded by now

    if isinstance(cluster, LocalDataCluster) and number != TUYA:
        return None  # exists in the quirk only: no radio would be asked
    match number:
        case 0x0500 if role in _URGENT | _STATES:
            return Question(endpoint, IAS_ZONE, (0x0002,), urgent=role in _URGENT)
        case 0x0406 if role in FALLS | _STATES:
            return Question(endpoint, OCCUPANCY, (0x0000,), urgent=role in FALLS)
        case 0xEF00 if role in FALLS:
            return Question(endpoint, TUYA, (), urgent=True)
        case 0x0006 if role in SWITCHABLE:
            return Question(endpoint, ONOFF, (0x0000,))
        case 0x0B04 if role in _METERED:
            return Question(endpoint, ELECTRICAL, (0x050B,))
        case 0x0702 if role in _METERED:
            return Question(endpoint, METERING, (0x0400,))
        case _:
            return None


async def ask(node: Node, question: Question) -> bool:
    """Put a question on the air; return whether it was answered.

    The answer itself is heard as a frame like any other. What a Tuya device tells comes as reports:
    its question counts as answered when they came.
    """
    try:
        cluster = node.radio.endpoints[question.endpoint].in_clusters[question.cluster]
        priority = _HIGH if question.urgent else _LOW
        async with asyncio.timeout(ANSWER_WITHIN_S):
            if not question.attributes:
                await cluster.command(_TELL_ALL, expect_reply=False, priority=priority)
                return False
            await cluster.read_attributes(list(question.attributes), retries=0, priority=priority)
    except Exception:  # noqa: BLE001  # a driver raises whatever it likes: nobody answered
        return False
    return True
