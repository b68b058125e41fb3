# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which attributes of each kind of device are read after a reconnect."""

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, cast

from devices.roles import BUTTONS, CALLS, FALLS, HAZARDS, METERED, SWITCHABLE
from devices.zigbee.coordinator.node import Node
from devices.zigbee.frames.frame import IAS_ZONE, OCCUPANCY, ONOFF, TUYA
from devices.zigbee.frames.measured import ELECTRICAL, METERING
from rules.model.apartment import Role

# A parent keeps a frame for a sleeping child for 7.68 s.
ANSWER_WITHIN_S: Final = 8.0
_HIGH, _LOW = 1, -1  # zigpy's packet priorities
_TELL_ALL: Final = 0x03
_ZONE_STATE, _ZONE_STATUS, _CONTROL_PANEL = 0x0000, 0x0002, 0x0010  # attributes of an IAS zone
_NOT_ENROLLED: Final = 0
_ENROLLED: Final = 0x00  # command "you are enrolled"
_URGENT: Final = CALLS | FALLS | HAZARDS
_STATES: Final = frozenset(
    {Role.FRONT_DOOR, Role.DOOR, Role.BED, Role.CHAIR, Role.TAP, Role.MOTION}
)


@dataclass(frozen=True, slots=True)
class StateQuestion:
    """One read of one cluster.

    Attributes:
        attributes: what is read; nothing means Tuya's "tell all data points" (0xEF00, 0x03).
        urgent: somebody may lie there; asked first and not held up by other reads.
    """

    endpoint: int
    cluster: int
    attributes: tuple[int, ...]
    urgent: bool = False


def questions(role: Role, node: Node) -> tuple[StateQuestion, ...]:
    """Return what to ask a device; nothing for those that keep no state (plain buttons)."""
    return tuple(
        question
        for endpoint in node.radio.non_zdo_endpoints
        for number, cluster in endpoint.in_clusters.items()
        if (question := _question(role, endpoint.endpoint_id, number, cluster)) is not None
    )


def _question(role: Role, endpoint: int, number: int, cluster: Any) -> StateQuestion | None:
    from zhaquirks import LocalDataCluster  # noqa: PLC0415  # heavy, and loaded by now

    if isinstance(cluster, LocalDataCluster) and number != TUYA:
        return None  # exists in the quirk only: no radio would be asked
    match number:
        case 0x0500 if role in _URGENT | _STATES | BUTTONS:
            attributes = (_ZONE_STATUS, _ZONE_STATE)
            return StateQuestion(endpoint, IAS_ZONE, attributes, urgent=role in _URGENT)
        case 0x0406 if role in FALLS | _STATES:
            return StateQuestion(endpoint, OCCUPANCY, (0x0000,), urgent=role in FALLS)
        case 0xEF00 if role in FALLS:
            return StateQuestion(endpoint, TUYA, (), urgent=True)
        case 0x0006 if role in SWITCHABLE:
            return StateQuestion(endpoint, ONOFF, (0x0000,))
        case 0x0B04 if role in METERED:
            return StateQuestion(endpoint, ELECTRICAL, (0x050B,))
        case 0x0702 if role in METERED:
            return StateQuestion(endpoint, METERING, (0x0400,))
        case _:
            return None


class Answer(Enum):
    """Outcome of a question."""

    GIVEN = "given"
    NONE = "none"
    NOT_ENROLLED = "not_enrolled"
    """The zone answers, but it never took us for its control panel: it would send no alarm."""


async def ask(node: Node, question: StateQuestion) -> Answer:
    """Put a question on the air.

    The answer itself is heard as a frame like any other. What a Tuya device tells comes as reports:
    its question counts as answered when they came. A zone that is not enrolled is enrolled.
    """
    try:
        cluster = node.radio.endpoints[question.endpoint].in_clusters[question.cluster]
        priority = _HIGH if question.urgent else _LOW
        async with asyncio.timeout(ANSWER_WITHIN_S):
            if not question.attributes:
                await cluster.command(_TELL_ALL, expect_reply=False, priority=priority)
                return Answer.NONE
            read = await _read(cluster, question.attributes, priority)
        if question.cluster == IAS_ZONE and read.get(_ZONE_STATE) == _NOT_ENROLLED:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await _enrol(cluster)
    except Exception:  # noqa: BLE001  # a driver raises whatever it likes: nobody answered
        return Answer.NONE
    return Answer.GIVEN


async def _read(cluster: Any, attributes: tuple[int, ...], priority: int) -> dict[int, Any]:
    read, _ = await cluster.read_attributes(list(attributes), retries=0, priority=priority)
    return cast("dict[int, Any]", read)


async def _enrol(cluster: Any) -> Answer:
    """Be a zone's control panel, and look whether it agrees."""
    panel = cluster.endpoint.device.application.state.node_info.ieee
    await cluster.write_attributes({_CONTROL_PANEL: panel}, priority=_HIGH)
    await cluster.command(_ENROLLED, 0, 0, priority=_HIGH)
    read = await _read(cluster, (_ZONE_STATE,), _HIGH)
    return Answer.NOT_ENROLLED if read.get(_ZONE_STATE) == _NOT_ENROLLED else Answer.GIVEN
