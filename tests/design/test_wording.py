# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words of a verdict: chosen by kind, variant and language, filled with values, never in the way."""

from datetime import datetime
from pathlib import Path

import pytest

from design import language
from design.wording import Wording, shipped

FRIDGE = """
[when]
warm = { temperature_c = true }

[de]
title = "Kühlschrank steht offen"
reason = "Offen seit {since}, {open_s} lang, {times} {times:Mal|Male}."
[de.warm]
advice = "Es sind {temperature_c} Grad."
[de-plain]
title = "Ihr Kühlschrank ist offen"
question = "Der Kühlschrank steht offen."
[en]
title = "Fridge left open"
"""


@pytest.fixture
def own(tmp_path: Path) -> Wording:
    (tmp_path / "fridge_left_open.toml").write_text(FRIDGE)
    return Wording(tmp_path)


def test_values_are_written_as_people_write_them(own):
    values = {"open_s": 3660.0, "since": datetime(2026, 11, 21, 3, 7), "times": 1.0}
    said = own.verdict("fridge_left_open", values, language="de")
    reason = said.reason.replace("\u00a0", " ")
    assert reason == "Offen seit 3:07, 1 Stunde 1 Minute lang, 1 Mal."
    assert said.advice == ""


def test_a_detail_of_the_verdict_chooses_the_variant(own):
    said = own.verdict("fridge_left_open", {"temperature_c": 11.6}, language="de")
    assert (said.title, said.advice) == ("Kühlschrank steht offen", "Es sind 12 Grad.")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_a_value_that_is_missing_is_not_invented(own, value):
    values = {} if value is None else {"open_s": value}
    said = own.verdict("fridge_left_open", values, language="de")
    assert said.reason == "Offen seit ?, ? lang, ? ?."


@pytest.mark.parametrize(
    ("code", "plain", "title"),
    [
        ("de", True, "Ihr Kühlschrank ist offen"),
        ("da", False, "Fridge left open"),
        ("en", True, "Fridge left open"),
    ],
)
def test_a_language_without_words_is_spoken_to_in_english_and_plain_ones_as_others(
    own, code, plain, title
):
    assert own.verdict("fridge_left_open", language=code, plain=plain).title == title


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("code", ["de", "da", "en"])
def test_a_kind_without_words_is_called_by_its_own_name(code, plain):
    said = shipped().verdict("gas_leak_2030", language=code, plain=plain)
    assert said.title == "gas leak 2030"
    assert said.question == ""


def test_who_is_asked_first_is_told_by_the_question(own):
    assert own.asks("fridge_left_open")
    assert own.asks("inactivity")
    assert not own.asks("help_call")
    assert not own.asks("gas_leak_2030")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[de", "TOML"),
        ("", "a section a language"),
        ("de = 1", "a section a language"),
        ("when = 1", "[when]"),
        ("[de]\nheading = 'x'", "one of advice, question, reason, title"),
        ("[de]\ntitle = 3", "a text"),
        ("[de]\ntitle = 'open {'", "Single '{'"),
        ("[de]\ntitle = '{0}'", "a placeholder"),
        ("[de]\ntitle = '{n:one}'", "a choice"),
        ("[de.warm]\ntitle = 'x'", "a line in [when] for warm"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_its_kind_still_shows(tmp_path, text, expected):
    (tmp_path / "fridge_left_open.toml").write_text(text)
    wording = Wording(tmp_path)
    (problem,) = wording.problems
    assert str(problem).startswith("fridge_left_open.toml: expected ")
    assert expected in str(problem)
    assert wording.verdict("fridge_left_open", language="de").title == "fridge left open"
    assert wording.verdict("help_call", language="de").title == "Hilferuf"


def test_a_folder_without_words_is_named(tmp_path):
    (problem,) = Wording(tmp_path / "nowhere").problems
    assert "nowhere" in str(problem)


def test_words_from_outside_win_over_shipped_ones_in_their_language(tmp_path):
    (tmp_path / "help_call.toml").write_text('[de]\ntitle = "Notruf"\n')
    wording = Wording(tmp_path)
    assert wording.verdict("help_call", language="de").title == "Notruf"
    assert wording.verdict("help_call", language="da").title == "Hjælpekald"


def test_a_thing_without_a_name_is_called_by_its_key():
    words = language.read()["da"]
    assert words.name("places", "bath") == "Bad"
    assert words.name("places", "<b>") == "&lt;b&gt;"
    assert words.name("blind", "radio", plain=True) == "radioforbindelsen virker ikke"
    assert words.name("blind", "gap", plain=True) == "centralen var slukket"


def test_a_value_of_a_verdict_cannot_bring_markup_along():
    words = language.read()["en"]
    said = words.verdict("row_quarantined", {"file": "<b>"}).reason
    assert "<b>" not in said
