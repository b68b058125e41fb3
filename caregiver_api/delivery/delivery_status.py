# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the pages of a round reached anybody: a row for each incident people are called for."""

from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.platform.schema import delivery_status, page

JUDGED_AFTER_S: Final = 8.0
"""Real seconds a page has to reach a device; the flat waits as long for a receipt (ADR 0007)."""
REACHED: Final = "reached"
"""How the outcome of a page begins that a device took."""
STAND_DOWN: Final = "stand_down"
"""`why` of a page that silences."""

_MADE = insert(delivery_status)
_BEGIN: Final = _MADE.on_conflict_do_update(
    index_elements=[delivery_status.c.incident],
    set_={"round_no": _MADE.excluded.round_no, "due_s": _MADE.excluded.due_s},
    # A round that is not judged yet, and the wait for somebody to be reached again, go on.
    where=(delivery_status.c.due_s.is_(None)) & (delivery_status.c.nobody == 0),
)
_END: Final = sa.delete(delivery_status).where(delivery_status.c.incident == sa.bindparam("b_id"))
_JUDGED: Final = (
    delivery_status.update()
    .where(delivery_status.c.incident == sa.bindparam("b_id"))
    .values(due_s=None, nobody=sa.bindparam("b_nobody"))
)
_LOOK: Final = (
    sa.select(
        delivery_status.c.incident,
        delivery_status.c.due_s,
        delivery_status.c.nobody,
        sa.func.max(page.c.outcome.startswith(REACHED)).label("reached"),
        sa.func.max(page.c.retry_s.isnot(None)).label("waiting"),
    )
    .join_from(
        delivery_status,
        page,
        (page.c.incident == delivery_status.c.incident)
        & (page.c.round_no >= delivery_status.c.round_no)
        & (page.c.why != STAND_DOWN),
        isouter=True,
    )
    .where(delivery_status.c.due_s.isnot(None) | (delivery_status.c.nobody == 1))
    .group_by(delivery_status.c.incident)
    .order_by(delivery_status.c.incident)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryVerdict:
    """What became of the pages of an incident.

    Attributes:
        outcome: a device took one, none did, or it is too early to say.
        before: the flat was told that nobody was reached.
        due_s: service time at which it is no longer too early, None when that is past.
    """

    incident: str
    outcome: Literal["somebody", "nobody", "too_early"]
    before: bool
    due_s: float | None

    @property
    def is_to_be_told(self) -> bool:
        """Say whether the flat is to be told."""
        return self.outcome != "too_early" and (self.outcome == "nobody") is not self.before


async def begin(connection: AsyncConnection, incident: str, round_no: int, now_s: float) -> None:
    """Note that a round of pages was made, in the transaction that makes them."""
    row = {"incident": incident, "round_no": round_no, "due_s": now_s + JUDGED_AFTER_S, "nobody": 0}
    await connection.execute(_BEGIN, row)


async def end(connection: AsyncConnection, incident: str) -> None:
    """Forget an incident that somebody has in hand, or that is over."""
    await connection.execute(_END, {"b_id": incident})


async def look(connection: AsyncConnection, now_s: float) -> list[DeliveryVerdict]:
    """Judge the rounds that are not judged yet, and those after which nobody was reached."""
    verdicts = []
    for row in await connection.execute(_LOOK):
        # A page that failed is tried again: it may still reach somebody before its time is up.
        over = row.due_s is not None and (now_s >= row.due_s or not row.waiting)
        verdicts.append(
            DeliveryVerdict(
                incident=row.incident,
                outcome="somebody" if row.reached else "nobody" if over else "too_early",
                before=bool(row.nobody),
                due_s=None if over else row.due_s,
            )
        )
    return verdicts


async def judged(connection: AsyncConnection, incident: str, *, nobody: bool) -> None:
    """Note a judgement, in the transaction that tells the flat of it."""
    await connection.execute(_JUDGED, {"b_id": incident, "b_nobody": int(nobody)})
