# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the care service tells a hub: answers and commands on its stream."""

from enum import StrEnum
from typing import Literal

from caregiver_api.wire.body import WireBody


class DownKind(StrEnum):
    """What the service tells a hub on its stream."""

    ESCALATION_RUNNING = "escalation_running"
    NOBODY_REACHED = "nobody_reached"
    """No device took a page; people go on being called, and the flat calls outside its door."""
    SOMEBODY_REACHED = "somebody_reached"
    """After `nobody_reached`: a device took a page. Nobody has accepted yet."""
    CARER_ANSWERED = "carer_answered"
    CARER_CLOSED = "carer_closed"
    TEST_ALARM = "test_alarm"
    ABSENCE = "absence"
    MONITORING_OFF = "monitoring_off"
    WITHDRAWAL_CONFIRMED = "withdrawal_confirmed"


class Down(WireBody):
    """One answer or command on the stream (SSE `event: down`, `id:` is `number`).

    A hub acts once a number; after reconnecting with `Last-Event-ID` it gets what it missed.
    """

    number: int
    kind: DownKind
    message_id: str | None = None
    incident_id: str | None = None
    step: Literal["accepted", "on_the_way", "arrived", "declined"] | None = None
    carer: str | None = None
    minutes: int | None = None
    reason: str | None = None
    until_s: float | None = None
    purpose: str | None = None
