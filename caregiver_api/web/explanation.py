# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why an alarm came, as a carer reads it: what was noticed, tried before, and not seen."""

from datetime import datetime, tzinfo

from markupsafe import Markup

from caregiver_api import wire
from caregiver_api.alerts import views
from caregiver_api.alerts.quarantined import UNREADABLE
from design.language import Words


def room(alert: views.IncidentView, words: Words) -> Markup:
    """Name the alarm's room as the flat names it; empty when it concerns the whole flat."""
    if alert.room is None:
        return Markup()
    return _place(alert.room, alert.room_name, words)


def reasons_for(alert: views.IncidentView) -> tuple[str, ...]:
    """Return the reasons a carer can close this alarm with."""
    if alert.test:
        return ("test",)
    if alert.basis == "operation" and alert.kind != UNREADABLE:
        return ("cleared", "false_alarm")
    return ("real", "resident_fine", "false_alarm")


def why(alert: views.IncidentView, words: Words, tz: tzinfo) -> list[Markup]:
    """Say why this alarm came: what was noticed, what was tried before, what is uncertain."""
    _ = words.gettext
    verdict = words.verdict(alert.kind, alert.detail)
    said = [Markup(" ").join(one for one in (verdict.reason, verdict.advice) if one)]
    if "seen_utc_s" in alert.detail:
        at = datetime.fromtimestamp(float(alert.detail["seen_utc_s"]), tz)
        said.append(words.name("circumstances", "seen", at=at))
    if alert.count > 1:
        said.append(words.ngettext("Called once.", "Called %(n)s times.", alert.count))
    if words.asks(alert.kind) and not alert.test:
        if alert.detail.get("asked") == "no":
            said.append(_("Nobody could be asked in that room."))
        elif alert.flat_phase == "paged":
            said.append(_("The flat asked and got no answer."))
    if alert.detail.get("cut") == "yes":
        said.append(_("The stove was switched off by its cut-off."))
    if alert.flat_phase == "answered":
        said.append(_("The resident answered: I am fine."))
    if alert.late:
        said.append(_("Noticed late: the hub was off in between."))
    if alert.uncertain:
        said.append(_("The time is uncertain: the flat's clock is not right."))
    return said


def blind(spot: wire.BlindSpot, words: Words, tz: tzinfo) -> Markup:
    """Say what could not be seen, since when, and why."""
    _ = words.gettext
    where = _place(spot.room or "whole_flat", spot.room_name, words)
    reason = words.name("blind", spot.why)
    if spot.since_utc_s is None:
        if spot.device:
            return _("%(room)s is not fully seen: %(why)s", room=where, why=reason)
        return _("%(room)s cannot be seen: %(why)s", room=where, why=reason)
    at = words.time(datetime.fromtimestamp(spot.since_utc_s, tz))
    if spot.device:
        # One device of several: others may still see the room.
        return _(
            "%(room)s is not fully seen since %(time)s: %(why)s", room=where, time=at, why=reason
        )
    return _("%(room)s cannot be seen since %(time)s: %(why)s", room=where, time=at, why=reason)


def _place(room_id: str, own_name: str | None, words: Words) -> Markup:
    """Name a room as the household does, or by what is known of it."""
    return Markup.escape(own_name) if own_name else words.name("places", room_id)
