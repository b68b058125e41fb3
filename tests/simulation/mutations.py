# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bugs planted on purpose: a simulation that does not find them proves nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from unittest.mock import patch

import sqlalchemy as sa

from caregiver_api import bootstrap as caregiver_service
from caregiver_api.alerts import deadman
from caregiver_api.alerts.intake import Intake
from caregiver_api.alerts.progress import ProgressLog
from caregiver_api.delivery import delivery_status
from caregiver_api.escalation import state_machine
from caregiver_api.escalation.events import Accepted
from caregiver_api.platform import schema
from hub.actuation import local_fallback
from hub.actuation.prompts import Prompts
from hub.forwarding.heartbeat import HeartbeatSender
from hub.forwarding.send import LANES, Sender
from hub.forwarding.stream import AnswerStream
from hub.pipeline.inlet import EventInlet
from hub.runtime.clock import Clock, ClockStart
from hub.storage.journal import Journal
from hub.storage.outbox import Outbox
from rules.model.events import NobodyReached
from tests.simulation import rule_mutations

type Plant = Callable[[], Iterator[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A planted bug.

    Attributes:
        says: the bug in a few words.
        trips: invariants of which it must break one.
        seeds: seeds known to find it, tried first.
    """

    says: str
    trips: frozenset[str]
    plant: Callable[[], Any]
    seeds: tuple[int, ...] = ()


MUTATIONS: Final[dict[str, Mutation]] = {}


def mutation(says: str, *trips: str, seeds: tuple[int, ...] = ()) -> Callable[[Plant], Plant]:
    """Register a planted bug under its function's name."""

    def register(plant: Plant) -> Plant:
        MUTATIONS[plant.__name__] = Mutation(
            says=says, trips=frozenset(trips), plant=contextmanager(plant), seeds=seeds
        )
        return plant

    return register


@contextmanager
def planted(name: str | None) -> Iterator[None]:
    """Run with one bug planted, or with none."""
    if name is None:
        yield
        return
    with MUTATIONS[name].plant():
        yield


# --- the hub's outbox and stream


@mutation("a message is marked as sent before it is sent", "converged", "press_lost")
def mark_sent_before_sending() -> Iterator[None]:
    original = Sender._try

    async def forgetful(self: Sender, batch: Any) -> Any:
        self._outbox.sent([one.message.id for one in batch])
        return await original(self, batch)

    with patch.object(Sender, "_try", forgetful):
        yield


@mutation("what is taken back stays in the outbox", "basis")
def purge_forgotten() -> Iterator[None]:
    with patch.object(Outbox, "purge", lambda self, need: []):
        yield


@mutation("the number of the last answer is not kept", "answer_twice")
def answer_number_not_kept() -> Iterator[None]:
    original = Journal.set_mark

    def without(self: Journal, key: str, value: str) -> None:
        if key != "stream_number":
            original(self, key, value)

    with patch.object(Journal, "set_mark", without):
        yield


@mutation("an answer counts as acted on before it is", "acceptance_in_room")
def answer_acted_on_too_late() -> Iterator[None]:
    original = AnswerStream.take

    def deaf(self: AnswerStream, data: str) -> None:
        if '"carer_answered"' in data:
            return
        original(self, data)

    with patch.object(AnswerStream, "take", deaf):
        yield


@mutation("the second way is never taken", "second_way")
def no_second_way() -> Iterator[None]:
    with patch.object(local_fallback, "RECEIPT_S", 1e9):
        yield


@mutation("the heartbeat says nothing of what is blind", "blind_shown")
def heartbeat_hides_blindness() -> Iterator[None]:
    original = HeartbeatSender.__init__

    def cheerful(self: HeartbeatSender, link: Any, outbox: Any, _blind: Any, **kw: Any) -> None:
        original(self, link, outbox, tuple, **kw)

    with patch.object(HeartbeatSender, "__init__", cheerful):
        yield


# --- the hub's journal, memory and clock


@mutation("boot-relative monotonic time in persisted state", "axis", "collapse_paged")
def boot_relative_time() -> Iterator[None]:
    original = Clock.start

    def from_boot(self: Clock, *args: Any) -> ClockStart:
        begun = original(self, *args)
        self._axis0 = self._real0 = self.real()
        return replace(begun, at=self._axis0)

    with patch.object(Clock, "start", from_boot):
        yield


@mutation(
    "a press waits for the group commit and is acknowledged before it",
    "press_lost",
    "journal_numbers",
)
def group_commit_for_presses() -> Iterator[None]:
    take = EventInlet._take

    def hasty(self: EventInlet, waiting: Any) -> None:
        lazy = type(waiting.event).__name__ == "HelpPressed"
        if not lazy:
            take(self, waiting)
            return
        with patch.object(Journal, "commit", lambda journal: journal.dirty.clear()):
            take(self, waiting)
        self._journal.dirty.set()

    with patch.object(EventInlet, "_take", hasty):
        yield


@mutation("rows that a snapshot holds are thrown away at the start", "journal_numbers")
def journal_thrown_away() -> Iterator[None]:
    original = Journal.__init__

    def tidy(self: Journal, connection: Any, **kw: Any) -> None:
        original(self, connection, **kw)
        connection.execute(
            "DELETE FROM journal WHERE held = 0 AND seq < (SELECT max(seq) FROM snapshot)"
        )

    with patch.object(Journal, "__init__", tidy):
        yield


@mutation("only urgent messages are sent", "converged", "collapse_paged")
def only_urgent_is_sent() -> Iterator[None]:
    with patch("hub.forwarding.send.LANES", LANES[:1]):
        yield


@mutation("a sounder that was told to stop sounds on", "rest")
def sounder_sounds_on() -> Iterator[None]:
    async def not_at_all(self: Prompts, device: Any) -> None:
        return None

    with patch.object(Prompts, "_rest", not_at_all):
        yield


# --- the rules


mutation("two presses of one cord within half a minute are one", "press_lost")(
    rule_mutations.second_press_swallowed
)
mutation("the snapshot forgets the presses of the last seconds", "replay_equal", "press_twice")(
    rule_mutations.snapshot_without_presses
)
mutation("stillness begins anew with every start of the hub", "collapse_paged")(
    rule_mutations.stillness_starts_anew
)
mutation("a question that was open at the power cut is forgotten", "collapse_paged", seeds=(5,))(
    rule_mutations.open_question_forgotten
)
mutation("what the broker says again after a power cut is a new press", "press_twice", seeds=(3,))(
    rule_mutations.redelivered_press_is_new
)
mutation("an answer to an incident that is over stops the hub", "crashed")(
    rule_mutations.late_answer_stops_the_hub
)


# --- consent


@mutation("the consent gate stands open", "basis")
def consent_gate_open() -> Iterator[None]:
    with (
        patch("rules.incidents.owner.decide", lambda register, need: True),
        patch("hub.forwarding.send.decide", lambda register, need: True),
    ):
        yield


@mutation("the service keeps what a withdrawn consent had allowed", "purged", seeds=(2,))
def withdrawal_without_erasing() -> Iterator[None]:
    async def keeps(connection: Any, hub: str) -> None:
        return None

    with (
        patch("caregiver_api.alerts.withdrawals.erase_closed", keeps),
        patch("caregiver_api.alerts.incident_actions.erase_closed", keeps),
    ):
        yield


@mutation("the flat does not tell the service of a withdrawal", "purged")
def withdrawal_not_told() -> Iterator[None]:
    async def silent(self: Any, hub: Any, purpose: str) -> None:
        return None

    with patch("caregiver_api.alerts.withdrawals.ConsentWithdrawals.receive", silent):
        yield


# --- the care service


@mutation("the service ignores the idempotency key", "told_once")
def idempotency_key_ignored() -> Iterator[None]:
    original = Intake._store_one

    async def again(self: Intake, connection: Any, hub: Any, alert: Any, after: Any) -> None:
        name = schema.message.c.id
        older = sa.update(schema.message).where(name == alert.message_id)
        await connection.execute(older.values(id=name + sa.cast(schema.message.c.seq, sa.Text)))
        await original(self, connection, hub, alert, after)

    with patch.object(Intake, "_store_one", again):
        yield


@mutation("the escalation forgets its timers at a restart", "paged_again", seeds=(3,))
def escalation_forgets_timers() -> Iterator[None]:
    original = caregiver_service.Service.open

    async def forgetful(self: Any) -> None:
        await original(self)

        async def forget(connection: Any) -> None:
            await connection.execute(sa.update(schema.incident).values(due_s=None))

        await self.store.write(forget)

    with patch.object(caregiver_service.Service, "open", forgetful):
        yield


@mutation("after an acceptance the chain runs on", "owner_alone")
def acceptance_ends_nothing() -> Iterator[None]:
    original = state_machine.advance

    def runs_on(before: Any, event: Any) -> Any:
        outcome = original(before, event)
        if isinstance(event, Accepted) and before.due_s is not None:
            return replace(outcome, state=replace(outcome.state, due_s=before.due_s))
        return outcome

    with patch.object(state_machine, "advance", runs_on):
        yield


@mutation("the flat is not told who comes", "acceptance_in_room")
def acceptance_not_told() -> Iterator[None]:
    async def silent(self: ProgressLog, *args: Any) -> None:
        return None

    with patch.object(ProgressLog, "_tell_hub", silent):
        yield


@mutation("that nobody was reached is forgotten", "outside", seeds=(3,))
def nobody_reached_forgotten() -> Iterator[None]:
    async def blind(connection: Any, now_s: float) -> list[Any]:
        return []

    with patch.object(delivery_status, "look", blind):
        yield


@mutation("the hub hears that nobody was reached and lights nothing", "outside", seeds=(3,))
def nobody_reached_unlit() -> Iterator[None]:
    original = local_fallback.LocalFallback.happened

    def deaf(self: Any, fact: Any, effects: Any) -> None:
        if not isinstance(fact.event, NobodyReached):
            original(self, fact, effects)

    with patch.object(local_fallback.LocalFallback, "happened", deaf):
        yield


@mutation("the dead-man's switch sleeps", "dead_man")
def dead_man_asleep() -> Iterator[None]:
    with patch.object(deadman, "HEARD_S", 1e9):
        yield
