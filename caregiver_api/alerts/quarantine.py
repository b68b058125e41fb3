# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An incident that cannot be read or moved on stands in nobody's way, and people are told of it."""

import hashlib
import traceback
from functools import partial

import structlog

from caregiver_api import wire
from caregiver_api.alerts import quarantined
from caregiver_api.alerts.incident import Unreadable
from caregiver_api.alerts.intake import Intake
from caregiver_api.alerts.quarantined import UNREADABLE
from caregiver_api.escalation.state import Phase
from caregiver_api.hubs.register import HubRegister, HubState, PairedHub
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.store import Store

log = structlog.get_logger()


class Quarantine:
    """Takes incidents out of the way and calls everybody of their flat, all at once."""

    def __init__(
        self, store: Store, hubs: HubRegister, intake: Intake, axis: Axis, time: EscalationTime
    ) -> None:
        self._store = store
        self._hubs = hubs
        self._intake = intake
        self._axis = axis
        self._time = time
        self._own: set[str] = set()

    async def isolate(self, incident: str, fault: Exception) -> None:
        """Take an incident off the table; first the alert, then the row, so that none is forgotten.

        Raises:
            Exception: the fault itself, when it is the alert about others that fails; the process
                is to end.
        """
        why = _why(fault)
        row = await self._store.read(partial(quarantined.row_of, name=incident))
        if row is None:
            return
        own = quarantined.alert_of(row["hub"])
        if incident == own:
            # Its row may be damaged like any other, once; but it must never chase itself.
            if not isinstance(fault, Unreadable) or own in self._own:
                raise fault
            self._own.add(own)
        log.error("incident_quarantined", incident=incident, hub=row["hub"], why=why)
        if row["phase"] != Phase.CLOSED:
            await self._say(row["hub"], incident)
        if incident != own:  # its new alert has taken its place already
            now = self._axis.now()
            await self._store.write(partial(quarantined.move_in, name=incident, why=why, at_s=now))

    async def _say(self, hub: str, incident: str) -> None:
        name = quarantined.alert_of(hub)
        number = 1 + await self._store.read(quarantined.highest)
        others = await self._store.read(partial(quarantined.stands_for, alert=name))
        alert = wire.Alert(
            message_id=hashlib.sha256(f"{name}|{incident}|{number}".encode()).hexdigest()[:32],
            incident_id=name,
            revision=number,
            kind=UNREADABLE,
            priority="urgent",
            phase="paged",
            utc_s=self._time.now(),
            age_s=0.0,
            count=len({*others, incident}),
            basis="operation",
        )
        known = self._hubs.find(hub) or PairedHub(
            id=hub, key=b"", name=hub, site="", state=HubState.REVOKED
        )
        await self._intake.receive(known, [alert])


def _why(fault: Exception) -> str:
    """Name a fault and where it came up, without its words: they may be about a person."""
    where = traceback.extract_tb(fault.__traceback__)
    last = f" at {where[-1].name}:{where[-1].lineno}" if where else ""
    return f"{type(fault).__name__}{last}"
