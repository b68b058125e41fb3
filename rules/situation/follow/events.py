# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of all events that change what is believed; the only writer of the situation."""

from collections.abc import Callable
from typing import Any, Final

from rules.model import events as ev
from rules.situation.follow import movement, resident, technology
from rules.situation.follow.activity import Followed
from rules.situation.occurrences import PresenceChanged
from rules.situation.situation import Situation


def passed_on(now: Situation, event: object) -> Followed:
    """Pass an event on that changes nothing that is believed."""
    return now, (event,)


FOLLOW: Final[dict[type, Callable[[Situation, Any], Followed]]] = {
    ev.Motion: movement.motion,
    ev.MotionEnded: movement.motion_ended,
    ev.ItemUsed: movement.item,
    ev.DoorOpened: movement.door,
    ev.DoorClosed: movement.door,
    ev.SeatTaken: movement.seat,
    ev.SeatLeft: movement.seat,
    ev.StateFound: movement.state_on_reconnect,
    ev.HelpPressed: resident.help_pressed,
    ev.FallSensed: resident.fall_sensed,
    ev.FinePressed: resident.button,
    ev.HelpTakenBack: resident.button,
    ev.AnsweredFine: resident.panel,
    ev.Paused: resident.paused,
    ev.Resumed: resident.resumed,
    ev.VisitStarted: resident.visit_started,
    ev.VisitEnded: resident.visit_ended,
    ev.LeftHome: resident.left_home,
    ev.CameHome: resident.came_home,
    ev.ScreenChanged: resident.screen_changed,
    ev.PowerMeasured: technology.measured,
    ev.TemperatureMeasured: technology.measured,
    ev.HumidityMeasured: technology.measured,
    ev.SwitchSensed: technology.measured,
    ev.HazardSensed: technology.measured,
    ev.HazardEnded: technology.measured,
    ev.BatteryMeasured: technology.measured,
    ev.DeviceHeard: technology.device_heard,
    ev.DeviceSilent: technology.device_silent,
    ev.RadioDown: technology.radio_down,
    ev.RadioUp: technology.radio_up,
    ev.Booted: technology.booted,
    ev.ClockChanged: passed_on,
    ev.StorageFull: passed_on,
    ev.RowQuarantined: passed_on,
    ev.FilePutAside: passed_on,
    ev.DeadlinePutOff: passed_on,
    ev.IncidentLaidToRest: passed_on,
    ev.SharedByTap: passed_on,
    ev.ConsentChanged: passed_on,
    ev.AgreementChanged: passed_on,
    ev.EscalationRunning: passed_on,
    ev.NobodyReached: passed_on,
    ev.SomebodyReached: passed_on,
    ev.SecondWayTaken: passed_on,
    ev.CarerAnswered: passed_on,
    ev.CarerClosed: passed_on,
    ev.TestAlarmAsked: passed_on,
    ev.Tick: passed_on,
}
"""How each event changes the situation."""


def follow(now: Situation, event: object) -> Followed:
    """Return the situation after an event, and what occurred, in order.

    Args:
        now: the situation before, already at the event's time and row.
        event: one of `rules.model.events`.
    """
    before = now.presence
    now, said = FOLLOW[type(event)](now, event)
    if now.presence is not before:
        said = (*said, PresenceChanged(before, now.seq))
    return now, said
