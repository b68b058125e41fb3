# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A kind of which only a folder from outside has words is explained on panel and phone."""

from datetime import UTC
from pathlib import Path

import pytest

from caregiver_api.alerts.views import IncidentView, Overview
from caregiver_api.people.caregivers import AccountRole, Person
from caregiver_api.web import cards
from caregiver_api.web import visitor as phone
from design import language
from design.wording import Wording
from hub.web import screen

WORDS = """
[de]
title = "Kühlschrank steht offen"
reason = "Der Kühlschrank steht offen: {open_s}."
[de-plain]
title = "Der Kühlschrank ist offen"
question = "Der Kühlschrank steht offen."
[da]
title = "Køleskabet står åbent"
reason = "Køleskabet står åbent: {open_s}."
[da-plain]
title = "Køleskabet er åbent"
question = "Køleskabet står åbent."
[en]
title = "Fridge left open"
reason = "The fridge has been open for {open_s}."
[en-plain]
title = "The fridge is open"
question = "The fridge stands open."
"""
DETAIL = {"open_s": 600.0}
CARD = IncidentView(
    incident="a" * 32, hub="b" * 32, flat="Wohnung 7", kind="fridge_left_open", priority="soon",
    standing="running", flat_phase="paged", room=None, room_name=None, device=None, since_s=900.0,
    opened_s=910.0, uncertain=False, late=False, test=False, count=1, detail=DETAIL, evidence=(1,),
    blind=(), basis="consent", purpose="comfort", tried=(), owner=None, next=None, permitted=(),
)  # fmt: skip
BOARD = Overview(
    me=Person(id="p", name="anna", display_name="Anna", role=AccountRole.CARER, password=""),
    now_s=1000.0, speed=1.0, service_s=1000.0, incidents=(CARD,), recent=(), flats=(), quiet=1, unseen=0,
)  # fmt: skip


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    (tmp_path / "fridge_left_open.toml").write_text(WORDS)
    return Wording(tmp_path)


@pytest.mark.parametrize(
    ("code", "asked", "title", "why", "silent"),
    [
        ("de", "Der Kühlschrank steht offen.", "Kühlschrank steht offen", "10 Minuten", "keine"),
        ("da", "Køleskabet står åbent.", "Køleskabet står åbent", "10 minutter", "intet svar"),
        ("en", "The fridge stands open.", "Fridge left open", "for 10 minutes", "no answer"),
    ],
)
def test_it_is_asked_on_the_panel_and_explained_on_the_phone(
    wording, code, asked, title, why, silent
):
    locale = Path(screen.__file__).parent / "locale"
    words = language.read(locale, wording=wording)[code]
    assert screen.said("fridge_left_open", words, DETAIL) == asked
    (card,) = cards.screen(BOARD, phone.face(wording).words(code), UTC).cards
    assert card.title == title
    assert why in card.why[0].replace("\u00a0", " ")
    assert silent in card.why[1]
