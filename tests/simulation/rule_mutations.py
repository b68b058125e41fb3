# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bugs planted in the rules; `tests.simulation.mutations` says what each must break."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from rules.engine.engine import Engine
from rules.engine.schedule import whole
from rules.incidents import lifecycle
from rules.model.events import Booted, CarerAnswered
from rules.model.quantities import NEVER
from rules.situation import presses
from rules.situation.follow.before import hub_was_off
from rules.situation.occurrences import Unseen
from rules.situation.presses import Presses


def second_press_swallowed() -> Iterator[None]:
    original = presses.is_new

    def deaf(known: Presses, device: Any, _press: str, at: float, same_press_s: float) -> Any:
        return original(known, device, "any", at, same_press_s)

    with patch("rules.situation.follow.resident.is_new", deaf):
        yield


def snapshot_without_presses() -> Iterator[None]:
    original = Engine.dump

    def forgetful(self: Engine, state: Any) -> bytes:
        now = state.situation._replace(presses=Presses())
        return original(self, state._replace(situation=now))

    with patch.object(Engine, "dump", forgetful):
        yield


def stillness_starts_anew() -> Iterator[None]:
    def anew(now: Any, event: Any, alive_until: float) -> Any:
        quiet_at = now.quiet_at
        now, occurred = hub_was_off(now, event, alive_until)
        if quiet_at is None:
            return now, occurred
        return now, tuple(
            one._replace(still_s=event.at - quiet_at) if isinstance(one, Unseen) else one
            for one in occurred
        )

    with patch("rules.engine.engine.hub_was_off", anew):
        yield


def open_question_forgotten() -> Iterator[None]:
    original = Engine._before

    def forgets(self: Engine, state: Any, now: Any, fact: Any) -> Any:
        if isinstance(fact.event, Booted):
            for one in state.incidents.open.values():
                incidents = state.incidents.put(one.id, replace(one, due=NEVER))
                state = state._replace(incidents=incidents)
            now = now._replace(open=state.incidents.open)
            kept = state.memories, state.incidents, state.deferred
            state = whole(self.roster, state.situation, *kept)
        return original(self, state, now, fact)

    with patch.object(Engine, "_before", forgets):
        yield


def redelivered_press_is_new() -> Iterator[None]:
    with patch.object(presses, "hub_was_off", lambda known, gap_s: known):
        yield


def late_answer_stops_the_hub() -> Iterator[None]:
    original = lifecycle.HEARS[CarerAnswered]

    def strict(incidents: Any, event: Any, owners: Any, now: Any) -> Any:
        assert event.incident in incidents.open, "never heard of it"
        return original(incidents, event, owners, now)

    with patch.dict(lifecycle.HEARS, {CarerAnswered: strict}):
        yield
