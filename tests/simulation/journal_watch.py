# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The journal and the axis as somebody sees them who never trusts the hub."""

from typing import TYPE_CHECKING

from hub.bootstrap import Hub
from rules.model.identity import Seconds
from tests.simulation.machines import HUB_DB
from tests.simulation.replay import Shadow
from tests.simulation.truth import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World


class JournalWatch:
    """Durable rows never change, the axis never goes back, memory equals a replay of everything."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._shadow = Shadow(world.flat)
        self._rows: list[tuple[int, float, str, str | None]] = []
        self._axis: tuple[Hub, Seconds, Seconds] | None = None

    def booted(self, hub: Hub) -> None:
        """Compare memory after a restart with a replay of everything, and the journal with what it was."""
        self.rows()
        last = self._rows[-2] if len(self._rows) > 1 else None
        if last is not None and self._rows[-1][1] < last[1]:
            raise Violation("axis", f"booted at {self._rows[-1][1]}, last row at {last[1]}")
        rows = self._world.hub.disk.look(
            HUB_DB, "SELECT at, utc_s FROM journal ORDER BY seq DESC LIMIT 2"
        )
        if len(rows) == 2 and rows[0][1] is not None and rows[1][1] is not None:
            (at, utc_s), (before, before_s) = rows
            if abs((at - before) - (utc_s - before_s)) > 1.0:
                raise Violation("axis", f"{at - before:.1f} s for {utc_s - before_s:.1f} s")
        if not self._shadow.equals(hub):
            raise Violation("replay_equal", f"after row {self._rows[-1][0]}")

    def rows(self, *, whole: bool = True) -> None:
        """Compare the journal with what it was; only its new rows where `whole` is not asked for."""
        known = self._rows
        after = 0 if whole or not known else known[-1][0]
        found = self._world.hub.disk.look(
            HUB_DB, "SELECT seq, at, kind, payload FROM journal WHERE seq > ? ORDER BY seq", after
        )
        if whole and found[: len(known)] != known:
            raise Violation("journal_numbers", f"one of {len(known)} durable rows changed")
        rows = found if whole else known + found
        start = 0 if whole else max(0, len(known) - 1)
        for before, behind in zip(rows[start:], rows[start + 1 :], strict=False):
            if behind[1] < before[1]:
                raise Violation("axis", f"row {behind[0]} lies before row {before[0]}")
        self._rows = rows

    def axis_keeps_pace(self) -> None:
        """Compare the axis with true time."""
        hub, now = self._world.hub.up, self._world.now()
        if hub is None:
            self._axis = None
            return
        axis = hub.clock.axis()
        if self._axis is not None and self._axis[0] is hub:
            _, before, then = self._axis
            if abs((axis - before) - (now - then)) > 0.01:
                raise Violation("axis", f"{axis - before} s in {now - then} s")
        self._axis = (hub, axis, now)
