# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From an overview to a carer's screen: who has it, what comes next, what she can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final

from markupsafe import Markup

from caregiver_api.alerts import views
from caregiver_api.web import explanation
from design.language import Words

SHORT: Final = 12
"""Digits of an incident's name that name its alarm within a page."""
RANK: Final = {"urgent": 0, "soon": 1, "info": 2}
OWNED: Final = frozenset({"accepted", "on_the_way", "arrived"})
NOBODY_CALLED: Final = frozenset({"settled", "noted", "bundled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerNote:
    """Who has the alarm, in a sentence, with a note beneath."""

    initials: str
    sentence: Markup
    note: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """`left_s` of `total_s` seconds of story time, running `speed` times as fast as real ones.

    The sentence around the number comes in two parts, as languages order it differently.
    """

    left_s: int
    total_s: int
    speed: float
    clock: str
    before: Markup
    after: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCard:
    """One alarm as `_card.html` draws it."""

    id: str
    short: str
    priority: str
    phase: str
    count: int
    band: Markup
    since: Markup
    title: Markup
    room: Markup
    flat: str
    stamps: tuple[Markup, ...]
    why: tuple[Markup, ...]
    blind: tuple[Markup, ...]
    owner: OwnerNote | None
    declined: Markup | None
    mine: bool
    next: Countdown | None
    permitted: tuple[str, ...]
    reasons_to_close: tuple[tuple[str, Markup], ...]
    close_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmScreen:
    """All open alarms of one person; `ring` is the highest priority that rings her, or `none`."""

    cards: tuple[AlarmCard, ...]
    open: int
    ring: str
    ring_key: str
    quiet_mark: str
    quiet_title: Markup
    quiet_text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatLine:
    """One flat on the list: heard or not, and what cannot be seen in it."""

    name: str
    mark: str
    line: Markup
    gaps: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One closed alarm of the history."""

    mark: str
    title: Markup
    text: Markup
    time: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """The closed alarms of one day."""

    name: Markup
    entries: tuple[Past, ...]


def screen(seen: views.Overview, words: Words, tz: tzinfo) -> AlarmScreen:
    """Make the screen of open alarms, in the overview's own order."""
    cards = tuple(_card(one, seen, words, tz) for one in seen.incidents)
    rings = [one for one in seen.incidents if one.rings and one.priority != "info"]
    ring = min((one.priority for one in rings), key=RANK.__getitem__, default="none")
    mark, title, text = _quiet(seen, words)
    return AlarmScreen(
        cards=cards,
        open=len(cards),
        ring=ring,
        ring_key="-".join(sorted(one.incident[:SHORT] for one in rings)),
        quiet_mark=mark,
        quiet_title=title,
        quiet_text=text,
    )


def _card(one: views.IncidentView, seen: views.Overview, words: Words, tz: tzinfo) -> AlarmCard:
    _ = words.gettext
    owned = one.standing in OWNED
    mine = one.owner is not None and one.owner.me
    return AlarmCard(
        id=one.incident,
        short=one.incident[:SHORT],
        priority=one.priority,
        phase=one.standing,
        count=one.count,
        band=_("Taken") if owned else words.name("priorities", one.priority),
        since=words.ago(seen.now_s - one.since_s),
        title=words.verdict(one.kind, one.detail).title,
        room=explanation.room(one, words),
        flat=one.flat,
        stamps=_stamps(one, words),
        why=tuple(explanation.why(one, words, tz)),
        blind=tuple(explanation.blind(spot, words, tz) for spot in one.blind),
        owner=_owner(one, one.owner, words) if one.owner else None,
        declined=_declined(one, seen, words) if one.declined else None,
        mine=mine,
        next=_countdown(one, one.next, seen, words) if one.next else None,
        permitted=one.permitted,
        reasons_to_close=tuple(
            (reason, words.name("endings", reason)) for reason in explanation.reasons_for(one)
        ),
        close_open=(mine and one.standing == "arrived") or one.standing in NOBODY_CALLED,
    )


def _stamps(one: views.IncidentView, words: Words) -> tuple[Markup, ...]:
    _ = words.gettext
    stamps = []
    if one.test:
        stamps.append(_("Test"))
    if one.count > 1:
        stamps.append(_("%(n)s times", n=one.count))
    if one.uncertain:
        stamps.append(_("Time uncertain"))
    if one.standing == "settled":
        stamps.append(_("Over in the flat"))
    return tuple(stamps)


def _owner(one: views.IncidentView, owner: views.IncidentOwner, words: Words) -> OwnerNote:
    _ = words.gettext
    name = owner.name
    match one.standing, owner.me:
        case "arrived", True:
            said = _("You are there.")
        case "arrived", False:
            said = _("%(name)s is there.", name=name)
        case "on_the_way", True:
            said = _("You are on your way.")
        case "on_the_way", False:
            said = _("%(name)s is on the way.", name=name)
        case _, True:
            said = _("You have taken this alarm.")
        case _:
            said = _("%(name)s has taken this alarm.", name=name)
    note = Markup()
    if owner.minutes is not None and one.standing != "arrived":
        note = _("There in about %(n)s min. The resident is told.", n=owner.minutes)
    initials = "".join(part[0] for part in name.split()[:2]).upper()
    return OwnerNote(initials=initials, sentence=said, note=note)


def _declined(one: views.IncidentView, seen: views.Overview, words: Words) -> Markup:
    """Say to somebody who cannot come who is called instead."""
    _ = words.gettext
    if one.next is not None and one.next.at_s <= seen.now_s:
        if one.next.repeats:
            return _("You cannot come. All phones ring again at once.")
        names = ", ".join(one.next.names)
        return _("You cannot come. It goes on to %(names)s at once.", names=names)
    if one.called:
        return _("You cannot come. Now it rings at %(names)s.", names=", ".join(one.called))
    return _("You cannot come. Nobody else is being called right now.")


def _countdown(
    one: views.IncidentView, rung: views.NextRung, seen: views.Overview, words: Words
) -> Countdown | None:
    _ = words.gettext
    paged = [step.at_s for step in one.tried if step.step in {"paged", "escalated", "expired"}]
    if not paged or (one.declined and rung.at_s <= seen.now_s):
        return None
    left_s = max(0, round(rung.at_s - seen.now_s))
    total_s = max(1, left_s, round(rung.at_s - paged[-1]))
    sentence = (
        _("In %(time)s all phones ring again.", time="\0")
        if rung.repeats
        else _("In %(time)s it goes on to %(names)s.", time="\0", names=", ".join(rung.names))
    )
    before, _mark, after = sentence.partition("\0")
    return Countdown(
        left_s=left_s,
        total_s=total_s,
        speed=seen.speed,
        clock=f"{left_s // 60}:{left_s % 60:02d}",
        before=before,
        after=after,
    )


def _quiet(seen: views.Overview, words: Words) -> tuple[str, Markup, Markup]:
    """Say what is known of the flats without an alarm; "no data" never looks like "all is well"."""
    _ = words.gettext
    if not seen.flats:
        return "info", _("No flat is connected yet."), _("A lead can pair the first hub.")
    quiet = words.ngettext(
        "%(n)s flat is heard and fully seen.", "%(n)s flats are heard and fully seen.", seen.quiet
    )
    if seen.unseen:
        unseen = words.ngettext(
            "Of %(n)s flat not everything is known.",
            "Of %(n)s flats not everything is known.",
            seen.unseen,
        )
        return "blind", _("Not everything is seen"), unseen + " " + quiet if seen.quiet else unseen
    return "ok", _("Everything is quiet"), quiet if seen.quiet else Markup()


def flats(seen: views.Overview, words: Words, tz: tzinfo) -> tuple[FlatLine, ...]:
    """List the flats; one that is not heard, or is blind somewhere, never looks well."""
    return tuple(_flat(one, seen, words, tz) for one in seen.flats)


def _flat(flat: views.FlatView, seen: views.Overview, words: Words, tz: tzinfo) -> FlatLine:
    _ = words.gettext
    gaps = [explanation.blind(spot, words, tz) for spot in flat.blind]
    if flat.heard_s is not None and not flat.clock_trusted:
        gaps.append(_("The flat's clock is not set."))
    if flat.outbox:
        gaps.append(
            words.ngettext(
                "%(n)s message is still on its way.",
                "%(n)s messages are still on their way.",
                flat.outbox,
            )
        )
    if flat.state != "active":
        mark, line = "info", _("Waits for the comparison of six digits.")
    elif flat.heard_s is None:
        mark, line = "blind", _("Not heard since it was connected.")
    elif not flat.live:
        ago = words.ago(seen.service_s - flat.heard_s)
        mark, line = "blind", _("Not heard %(ago)s.", ago=ago)
    elif flat.absent_until_s is not None and flat.absent_until_s > seen.now_s:
        mark, line = "info", _("The resident is away.")
    elif flat.paused:
        mark, line = "info", _("The resident has paused sensing. The help button works.")
    elif gaps:
        mark, line = "blind", _("Heard, but not everything is seen.")
    else:
        mark, line = "ok", _("Heard.")
    return FlatLine(name=flat.flat, mark=mark, line=line, gaps=tuple(gaps))


def history(seen: views.Overview, words: Words, tz: tzinfo) -> tuple[PastDay, ...]:
    """List closed alarms by day, newest first."""

    def day(one: views.IncidentView) -> object:
        return datetime.fromtimestamp(one.closed_s or 0.0, tz).date()

    return tuple(
        PastDay(
            name=words.day(datetime.fromtimestamp(entries[0].closed_s or 0.0, tz).date()),
            entries=tuple(_past(one, words, tz) for one in entries),
        )
        for entries in (list(group) for _key, group in groupby(seen.recent, key=day))
    )


def _past(one: views.IncidentView, words: Words, tz: tzinfo) -> Past:
    _ = words.gettext
    closed_by = next((step.who for step in reversed(one.tried) if step.step == "closed"), None)
    parts: list[Markup] = [Markup.escape(one.flat)]
    if one.reason:
        parts.append(words.name("endings", one.reason))
    if closed_by:
        parts.append(_("closed by %(name)s", name=closed_by))
    return Past(
        mark="ok" if one.reason == "real" else "info",
        title=words.verdict(one.kind, one.detail).title,
        text=Markup(" · ").join(parts),
        time=words.time(datetime.fromtimestamp(one.closed_s or 0.0, tz)),
    )


def summary(recent: Sequence[views.IncidentView], words: Words) -> tuple[Markup, Markup]:
    """Sum the history up: how many, how many false, how long until somebody took one."""
    _ = words.gettext
    false = sum(one.reason == "false_alarm" for one in recent)
    taken = [
        step.at_s - one.opened_s
        for one in recent
        for step in one.tried[:6]
        if step.step == "accepted"
    ]
    title = words.ngettext("%(n)s alarm closed", "%(n)s alarms closed", len(recent))
    text = _("In the last %(span)s.", span=words.span(views.RECENT_S)) + " "
    text += words.ngettext("%(n)s false alarm.", "%(n)s false alarms.", false)
    if taken:
        mean = words.span(sum(taken) / len(taken))
        text += " " + _("On average somebody took it after %(span)s.", span=mean)
    return title, text
