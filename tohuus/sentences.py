# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reasons as English and German sentences, for the tools of the command line."""

from typing import Final

from rules.incidents.explanation import Reason

_ENGLISH: Final[dict[str, str]] = {
    "help_call": "Help was called with {device}.",
    "smoke": "The smoke alarm {device} sounds (certified: {certified}).",
    "carbon_monoxide": "The carbon monoxide alarm {device} sounds (certified: {certified}).",
    "fall_sensor": "{device} reported a fall in {room}.",
    "fall_wearable": "{device} reported a fall.",
    "possible_fall.silence": "After movement in {room} nothing moved for {still_min:.0f} minutes.",
    "possible_fall.stay": "She has been in {room} for {stay_min:.0f} minutes.",
    "inactivity": "Nothing moved for {still_min:.0f} minutes, last seen at {seen} in {room}.",
    "not_seen": "Since the hub was off nobody was seen for {waited_min:.0f} minutes.",
    "not_seen.private": "After private time nobody was seen for {waited_min:.0f} minutes.",
    "not_seen.hidden": "Nobody was seen for {still_min:.0f} minutes and not all could be seen.",
    "no_first_movement": "Nobody got up this morning; last seen at {seen} in {room}.",
    "stove_unattended": "The stove is on and nobody was in {room} for {alone_min:.0f} minutes.",
    "leak": "{device} reports water in {room}.",
    "bed_exit": "Out of bed at night for {out_min:.0f} minutes.",
    "door_at_night": "The front door moved at night and nobody was seen since.",
    "heat": "It is {temperature_c:.0f} °C in {room}.",
    "cold": "It is {temperature_c:.0f} °C in {room}.",
    "kitchen_unused": "Nothing was used in the kitchen for {awake_min:.0f} waking minutes.",
    "water_running": "{device} has been running for {runs_min:.0f} minutes.",
    "medication_drawer": "{device} was not opened in the chosen hours.",
    "activity_drift.more": "Days are livelier than before ({percent:.0f} percent).",
    "activity_drift.less": "Days are quieter than before ({percent:.0f} percent).",
    "night_visits_drift.more": "Bathroom visits a night: {now:.1f}, before {before:.1f}.",
    "night_visits_drift.less": "Bathroom visits a night: {now:.1f}, before {before:.1f}.",
    "unusual_day.more": "The day was livelier than usual ({percent:.0f} percent).",
    "unusual_day.less": "The day was quieter than usual ({percent:.0f} percent).",
    "sensor_silent": "{device} in {room} is silent.",
    "stuck_on": "{device} in {room} says movement without end ({on_min:.0f} minutes).",
    "battery_low": "The battery of {device} is at {charge_pct:.0f} percent.",
    "radio_down": "The radio {source} hears nothing.",
    "power_was_off": "The hub was off for {gap_min:.0f} minutes.",
    "power_was_off.unknown": "The hub was off, nobody knows how long.",
    "clock_untrusted": "The hub does not know the time.",
    "storage_full": "The hub's storage is full.",
    "row_quarantined": "A journal row was put aside.",
    "test_alarm": "This is a test.",
}
_GERMAN: Final[dict[str, str]] = {
    "help_call": "Hilferuf mit {device}.",
    "smoke": "Der Rauchmelder {device} schlägt an (zertifiziert: {certified}).",
    "carbon_monoxide": "Der Kohlenmonoxid-Melder {device} schlägt an (zertifiziert: {certified}).",
    "fall_sensor": "{device} meldet: Sturz möglich ({room}).",
    "fall_wearable": "{device} meldet: Sturz möglich.",
    "possible_fall.silence": "Nach Bewegung ({room}) war es {still_min:.0f} Minuten still.",
    "possible_fall.stay": "Seit {stay_min:.0f} Minuten in diesem Raum: {room}.",
    "inactivity": "Seit {still_min:.0f} Minuten keine Bewegung, zuletzt um {seen} ({room}).",
    "not_seen": "Seit die Zentrale aus war, {waited_min:.0f} Minuten lang niemand bemerkt.",
    "not_seen.private": "Nach der Privatzeit {waited_min:.0f} Minuten lang niemand bemerkt.",
    "not_seen.hidden": "Seit {still_min:.0f} Minuten niemand bemerkt; nicht alles war zu sehen.",
    "no_first_movement": "Heute Morgen noch niemand aufgestanden, zuletzt um {seen} ({room}).",
    "stove_unattended": "Der Herd ist an und seit {alone_min:.0f} Minuten niemand da ({room}).",
    "leak": "{device} meldet Wasser ({room}).",
    "bed_exit": "Nachts seit {out_min:.0f} Minuten nicht im Bett.",
    "door_at_night": "Die Wohnungstür ging nachts auf, seither niemand bemerkt.",
    "heat": "Es sind {temperature_c:.0f} °C ({room}).",
    "cold": "Es sind {temperature_c:.0f} °C ({room}).",
    "kitchen_unused": "Seit {awake_min:.0f} wachen Minuten nichts in der Küche benutzt.",
    "water_running": "{device} läuft seit {runs_min:.0f} Minuten.",
    "medication_drawer": "{device} wurde in den gewählten Stunden nicht geöffnet.",
    "activity_drift.more": "Die Tage sind lebhafter als zuvor ({percent:.0f} Prozent).",
    "activity_drift.less": "Die Tage sind ruhiger als zuvor ({percent:.0f} Prozent).",
    "night_visits_drift.more": "Nachts {now:.1f} Mal im Bad, zuvor {before:.1f} Mal.",
    "night_visits_drift.less": "Nachts {now:.1f} Mal im Bad, zuvor {before:.1f} Mal.",
    "unusual_day.more": "Der Tag war lebhafter als sonst ({percent:.0f} Prozent).",
    "unusual_day.less": "Der Tag war ruhiger als sonst ({percent:.0f} Prozent).",
    "sensor_silent": "{device} ({room}) meldet sich nicht.",
    "stuck_on": "{device} ({room}) meldet ohne Ende Bewegung ({on_min:.0f} Minuten).",
    "battery_low": "Die Batterie von {device} hat noch {charge_pct:.0f} Prozent.",
    "radio_down": "Der Funk {source} hört nichts.",
    "power_was_off": "Die Zentrale war {gap_min:.0f} Minuten aus.",
    "power_was_off.unknown": "Die Zentrale war aus, wie lange ist nicht bekannt.",
    "clock_untrusted": "Die Zentrale kennt die Uhrzeit nicht.",
    "storage_full": "Der Speicher der Zentrale ist voll.",
    "row_quarantined": "Eine Zeile des Journals wurde beiseitegelegt.",
    "test_alarm": "Das ist eine Probe.",
}
SENTENCES: Final = {"en": _ENGLISH, "de": _GERMAN}


class _Words(dict[str, str | float]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(reason: Reason, language: str) -> str:
    """Return the reason as one sentence.

    Args:
        reason: from `rules.incidents.explanation`.
        language: `en` or `de`.
    """
    return SENTENCES[language][reason.key].format_map(_Words(reason.words))
