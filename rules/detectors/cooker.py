# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cooker: what its power meter and the kitchen say about it."""

from dataclasses import dataclass

from rules.model.identity import DeviceId, Seconds, Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Stove:
    """Memory of the cooker.

    Attributes:
        meter: the power meter.
        on_since: since when it draws power, None when off.
        on_row: journal row that said so.
        low_since: since when it draws none, while `on_since` still stands (a thermostat's pause, or
            off).
        hot_until: residual heat after the last draw.
        seen_at / seen_row: last sign of life in its room.
        told: this unattended time was concluded already.
        cut: we switched it off; it stays off until somebody resets it by hand.
    """

    meter: DeviceId | None = None
    on_since: Seconds | None = None
    on_row: Seq | None = None
    low_since: Seconds | None = None
    hot_until: Seconds = 0.0
    seen_at: Seconds | None = None
    seen_row: Seq | None = None
    told: bool = False
    cut: bool = False

    def is_on(self, at: Seconds, cycle_s: Seconds) -> bool:
        """Whether it is on at `at`, a thermostat's pause of `cycle_s` included."""
        return self.on_since is not None and (
            # The same sum as in `due`: a difference would round otherwise.
            self.low_since is None or at < self.low_since + cycle_s
        )

    @property
    def draws(self) -> bool:
        """Whether it draws power, as its meter last said."""
        return self.on_since is not None and self.low_since is None

    def is_hot(self, at: Seconds) -> bool:
        """Whether it draws power or still holds the heat of it."""
        return self.draws or at < self.hot_until

    @property
    def alone_since(self) -> Seconds:
        """Axis time since when it is on with nobody in the kitchen."""
        assert self.on_since is not None
        return self.on_since if self.seen_at is None else max(self.on_since, self.seen_at)
