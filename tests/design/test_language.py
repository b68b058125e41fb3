# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every sentence of every face is there in German, Danish and English."""

import importlib.util
from datetime import datetime
from pathlib import Path

import pytest

from design import language

ROOT = Path(__file__).resolve().parents[2]


def _catalogues():
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("domain", ["resident", "caregiver", "showcase"])
@pytest.mark.parametrize("code", ["de", "da"])
def test_no_sentence_is_missing_unfinished_or_unsaid(domain, code):
    tool = _catalogues()
    folder = tool.DOMAINS[domain]
    template = tool.said(folder)
    path = folder / "locale" / code / "LC_MESSAGES" / f"{domain}.po"
    assert tool.gaps(path, code, template) == []


@pytest.mark.parametrize("domain", ["resident", "caregiver", "showcase"])
@pytest.mark.parametrize("code", ["de", "da"])
def test_a_translation_names_the_same_values_as_its_source(domain, code):
    import re

    tool = _catalogues()
    path = tool.DOMAINS[domain] / "locale" / code / "LC_MESSAGES" / f"{domain}.po"
    for message in tool.written(path, code):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(re.findall(r"%\((\w+)\)s", " ".join(ids)))
        for string in strings if message.id else ():
            assert set(re.findall(r"%\((\w+)\)s", string)) <= wanted, message.id
            assert string.count("%") == string.count("%("), message.id


@pytest.mark.parametrize(
    ("code", "time", "day", "span"),
    [
        ("de", "3:07", "Samstag, 21. November", "1 Stunde 5 Minuten"),
        ("da", "3.07", "Lørdag den 21. november", "1 time 5 minutter"),
        ("en", "3:07", "Saturday, 21 November", "1 hour 5 minutes"),
    ],
)
def test_times_and_lengths_are_said_as_people_here_say_them(code, time, day, span):
    words = language.read()[code]
    at = datetime(2026, 11, 21, 3, 7)
    assert words.time(at) == time
    assert words.day(at.date()) == day
    assert words.span(3900).replace("\u00a0", " ") == span


def test_one_minute_is_said_in_the_singular():
    assert language.read()["de"].span(61) == "1\u00a0Minute"


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "chosen"),
    [
        ("da", "de", "en", "da"),
        (None, "en", "da", "en"),
        ("xx", None, "fr, da;q=0.8", "da"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, None, "de"),
    ],
)
def test_the_address_wins_over_the_cookie_and_the_browser(query, cookie, accept, chosen):
    assert language.choose(query, cookie, accept) == chosen


def test_a_value_in_a_sentence_cannot_bring_markup_along():
    words = language.read()["en"]
    assert "<b>" not in words.gettext("Hello %(name)s", name="<b>Anna</b>")
