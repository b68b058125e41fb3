# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A call for help never rests: whatever breaks in its detector, it is opened and paged at once."""

import pytest

from rules.detectors.help_call import HelpCall
from rules.detectors.possible_fall import PossibleFall
from rules.detectors.registry import SHIPPED, TABLE
from rules.detectors.row_quarantined import RowQuarantinedDetector
from rules.engine.circuit_breaker import DeadlineBroke
from rules.engine.engine import Engine
from rules.model import events as ev
from rules.model.effects import IncidentPhase, Send
from rules.model.events import Fact
from rules.model.flat import Flat
from rules.model.identity import Seq
from rules.model.verdict import Priority
from rules.situation.occurrences import HandlerBroke, HubWasOff
from tests.rules.home import JOURNAL, MIDNIGHT_UTC_S, demo_apartment


class Fault(Exception):
    """What a planted bug raises."""


class DeafToPresses(HelpCall):
    def on_pressed(self, memory, event: ev.HelpPressed, now, limits):
        raise Fault


class BreaksInItsCard(HelpCall):
    def card_s(self, limits):
        raise Fault

    def known(self, verdict, now):
        raise Fault


class BreaksAfterAGap(HelpCall):
    def on_gap(self, memory, event: HubWasOff, now, limits):
        raise Fault


class BrokenFall(PossibleFall):
    def on_seen(self, memory, event: ev.HelpPressed, now, limits):
        raise Fault


class NoReport(RowQuarantinedDetector):
    def on_handler(self, memory, event: HandlerBroke, now, limits):
        raise Fault


class Flat7:
    """The flat of the tests with one detector put in another's place."""

    def __init__(self, *planted):
        names = {one.name: one for one in planted}
        table = tuple(names.get(one.name, one) for one in TABLE)
        self.engine = Engine(Flat(apartment=demo_apartment(), limits=SHIPPED), table)
        self.state = self.engine.begin(JOURNAL)
        self.seq = 0
        self.sent = []
        self(ev.Booted(at=0.0, gap_s=None, clock_trusted=True))
        self(ev.AgreementChanged(at=0.0, live=True))

    def __call__(self, event):
        self.seq += 1
        fact = Fact(seq=Seq(self.seq), utc_s=MIDNIGHT_UTC_S + event.at, event=event)
        step = self.engine.advance(self.state, fact)
        self.state = step.state
        self.sent += [one.message for one in step.effects if isinstance(one, Send)]
        return step

    def press(self, at, press="a", device="cord-bath"):
        return self(ev.HelpPressed(device=device, at=at, press=press))

    def put_off(self, name, at, times, until):
        return self(ev.DeadlinePutOff(at=at, deadline=name, times=times, until=until))


@pytest.mark.parametrize("planted", [DeafToPresses, BreaksInItsCard])
def test_a_call_whose_detector_breaks_is_paged_at_once_and_the_fault_reported(planted):
    flat = Flat7(planted())
    step = flat.press(10.0)
    assert isinstance(step.fault, Fault)
    page, report = flat.sent
    assert (page.kind, page.priority, page.phase) == (
        "help_call",
        Priority.URGENT,
        IncidentPhase.PAGED,
    )
    assert (page.room, page.device, page.evidence) == ("bath", "cord-bath", (3,))
    assert (report.kind, report.detail["deadline"]) == ("row_quarantined", "help_call.on")


def test_a_fault_before_the_event_itself_is_reported_by_the_step():
    flat = Flat7(BreaksAfterAGap())
    step = flat(ev.Booted(at=900.0, gap_s=800.0, clock_trusted=True))
    assert isinstance(step.fault, Fault)


def test_every_further_press_is_paged_and_counted_the_fault_reported_once():
    flat = Flat7(DeafToPresses())
    for number in range(1, 6):
        flat.press(number * 40.0, press=str(number))
    pages = [one for one in flat.sent if one.kind == "help_call"]
    assert [one.count for one in pages] == [1, 2, 3, 4, 5]
    assert len([one for one in flat.sent if one.kind == "row_quarantined"]) == 1


def test_a_call_of_a_stranger_is_paged_though_its_detector_breaks():
    flat = Flat7(DeafToPresses())
    flat.press(5.0, device="a-button-nobody-enrolled")
    assert (flat.sent[0].kind, flat.sent[0].room) == ("help_call", None)


@pytest.mark.parametrize("planted", [(), (DeafToPresses(),)])
@pytest.mark.parametrize("times", [1, 3, 4])
def test_a_call_for_help_cannot_be_deferred(planted, times):
    flat = Flat7(*planted)
    flat.put_off("help_call.on", 5.0, times, 5.0 + 86400)
    flat.sent.clear()
    flat.press(10.0)
    assert flat.sent[0].kind == "help_call"


def test_what_was_opened_in_its_place_lives_on_as_any_call():
    flat = Flat7(DeafToPresses())
    flat.press(10.0)
    (call,) = [one for one in flat.state.incidents.open.values() if one.kind == "help_call"]
    written = flat.engine.dump(flat.state)
    assert flat.engine.load(written) == flat.state
    flat(ev.HelpTakenBack(device="take-back-bedroom", at=20.0))
    assert call.id not in flat.state.incidents.open
    assert flat.sent[-1].phase is IncidentPhase.CLOSED


def test_without_the_help_agreement_it_is_withheld_like_any_call():
    flat = Flat7(DeafToPresses())
    flat(ev.AgreementChanged(at=1.0, live=False))
    flat.press(10.0)
    assert "help_call" not in [one.kind for one in flat.sent]
    assert any(one.withheld for one in flat.state.incidents.open.values())


def test_a_detector_that_breaks_beside_it_is_named_and_once_deferred_the_press_is_paged():
    flat = Flat7(BrokenFall())
    with pytest.raises(DeadlineBroke) as broke:
        flat.press(10.0)
    assert broke.value.name == "possible_fall.on"
    assert isinstance(broke.value.__cause__, Fault)
    flat.put_off("possible_fall.on", 10.0, 1, 30.0)
    flat.press(10.0)
    assert [one.kind for one in flat.sent] == ["help_call"]


def test_the_reporting_detector_that_breaks_too_keeps_no_call_from_its_page():
    flat = Flat7(DeafToPresses(), NoReport())
    with pytest.raises(DeadlineBroke):
        flat.press(10.0)
    flat.put_off("row_quarantined.on", 10.0, 1, 30.0)
    flat.press(10.0)
    assert [one.kind for one in flat.sent] == ["help_call"]
