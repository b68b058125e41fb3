# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The visitors' page, fed from recorded words of hub and service instead of a running system."""

import json

import httpx2
import pytest

from design import plan
from showcase.apartment.flat import TOUCH
from showcase.apartment.floor import Floor
from showcase.processes.change_signal import ChangeSignal
from showcase.processes.hub_line import LineError
from showcase.stage import reset
from showcase.stories import story
from showcase.stories.picture import Ending, Picture, Walk
from showcase.stories.trace import Trace
from showcase.web.app import application
from showcase.web.view import PARTS, View, reachable
from tests.showcase.test_floor import TABLE
from tests.showcase.test_trace import CORD, cord_way

NIGHT_UTC_S = 1_795_313_100.0  # 2026-11-22 03:05 in Flensburg


class Visitors:
    """Remembers what was done."""

    def __init__(self):
        self.done = []

    async def story(self, name):
        self.done.append(("story", name))
        return name == "pull-cord"

    async def touch(self, device):
        self.done.append(("touch", device))
        return True

    async def accept(self):
        self.done.append(("accept",))

    async def gate(self, *, is_open):
        self.done.append(("gate", is_open))

    async def off(self):
        self.done.append(("off",))

    async def on(self):
        self.done.append(("on",))

    def stay(self):
        self.done.append(("stay",))

    def excuse(self):
        self.done.append(("excuse",))


class Wall:
    """A page with a picture behind it and no system behind that."""

    def __init__(self):
        from rules.model.apartment_file import parse

        self.picture = Picture(walk=Walk(spot=Floor(TABLE).spots["sofa"]))
        self.changes, self.visitors = ChangeSignal(), Visitors()
        self.view = View(
            self.picture,
            lambda: NIGHT_UTC_S,
            parse(TABLE),
            plan.read(TABLE),
            story.every(),
            tz=reset.ZONE,
            address="http://127.0.0.1:8442/",
        )
        transport = httpx2.ASGITransport(application(self.view, self.changes, self.visitors))
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8442")

    def parts(self, code="de"):
        return self.view.parts(self.view.face.words(code))


@pytest.fixture
def wall():
    return Wall()


def cord_in_the_scene(wall):
    trace = Trace(CORD)
    wall.picture.begins(CORD, trace)
    for tell in cord_way(trace):
        tell()
    alert = {"incident_id": "a" * 32, "kind": "help_call", "priority": "urgent", "room": "bath"}
    wall.picture.service("alert", alert | {"flat": "Wohnung 7", "count": 2})
    wall.picture.hub("hop", {"hop": "told", "outcome": "carer_accepted", "room": "bath"})
    for step in ({"step": "paged"}, {"step": "accepted", "who": "Anna", "minutes": 8}):
        wall.picture.service("progress", {"incident_id": "a" * 32} | step)
    wall.picture.ends(Ending.HEARD)


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("de", "Was passiert, wenn etwas passiert?"),
        ("da", "Hvad sker der, når der sker noget?"),
        ("en", "What happens when something happens?"),
    ],
)
async def test_the_page_speaks_three_languages_and_says_that_it_is_a_simulation(
    wall, code, question
):
    page = await wall.http.get("/", params={"lang": code})
    assert page.status_code == 200
    assert question in page.text
    assert "Simulation" in page.text
    assert page.text.count('class="tile"') == 6
    assert all(f'id="sc-{part}"' in page.text for part in PARTS)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert 'style="' not in page.text


async def test_no_phone_is_invited_to_an_address_it_cannot_reach(wall):
    assert "127.0.0.1" not in (await wall.http.get("/")).text


async def test_every_part_of_the_stream_is_on_the_page_under_the_same_name(wall):
    parts = wall.parts()
    assert set(parts) == {f"sc-{part}" for part in PARTS}
    for name, html in parts.items():
        assert html.startswith("<"), name
        assert f'id="{name}"' in html


async def test_the_night_is_dark_on_the_wall(wall):
    assert 'data-theme="night"' in wall.parts()["sc-clock"]
    assert "3:05" in wall.parts()["sc-clock"]


def test_the_way_of_a_pulled_cord_is_told_with_its_proofs(wall):
    cord_in_the_scene(wall)
    parts = wall.parts()
    assert parts["sc-stations"].count('data-state="done"') == 4
    assert "Eintrag #41" in parts["sc-stations"]
    assert "Ein Hilferuf wird nie hinterfragt." in parts["sc-stations"]
    assert "Hilfe-Vereinbarung" in parts["sc-stations"]


def test_the_answer_is_on_the_phone_and_in_the_room(wall):
    cord_in_the_scene(wall)
    parts = wall.parts()
    assert "Anna kommt, etwa 8 Minuten." in parts["sc-phone"]
    assert "Anna kommt, etwa 8 Minuten." in parts["sc-light"]
    assert "2-mal gerufen" in parts["sc-phone"]
    assert "Ich übernehme" not in parts["sc-phone"]
    assert "Anna kommer, cirka 8 minutter." in wall.parts("da")["sc-phone"]


def test_a_shut_gate_is_shown_as_shut(wall):
    trace = Trace(CORD)
    wall.picture.begins(CORD, trace)
    for tell in cord_way(trace)[:4]:
        tell()
    said = {"hop": "decided", "incident": "a" * 32, "outcome": "withheld", "wall_ms": 5}
    trace.hub(said)
    assert 'data-state="shut"' in wall.parts()["sc-stations"]


def test_a_technical_note_rings_nobody(wall):
    note = {"incident_id": "c" * 32, "kind": "power_was_off", "priority": "info"}
    wall.picture.service("alert", note)
    assert wall.picture.card is None


def test_progress_never_goes_back(wall):
    cord_in_the_scene(wall)
    wall.picture.service("progress", {"incident_id": "a" * 32, "step": "paged"})
    assert wall.picture.card.step == "accepted"


def test_a_hub_without_power_sees_nothing(wall):
    wall.picture.hub("lost", {})
    assert wall.parts()["sc-light"].count('class="fp-veil"') == 5
    coverage = {"bath": {"live": False, "blind": [{"why": "silent"}]}, "hall": {"blind": []}}
    wall.picture.hub("snapshot", {"coverage": coverage})
    assert wall.parts()["sc-light"].count('class="fp-veil"') == 1


async def test_what_visitors_do_is_done(wall):
    forms = {
        "/touch": {"device": "cord-bath"},
        "/accept": {},
        "/gate": {"open": "no"},
        "/off": {},
        "/on": {},
        "/story": {"name": "pull-cord"},
    }
    for path, form in forms.items():
        answer = await wall.http.post(path, data=form, headers={"tohuus-quick": "1"})
        assert answer.status_code == 204
    assert [one for one in wall.visitors.done if one != ("stay",)] == [
        ("touch", "cord-bath"),
        ("accept",),
        ("gate", False),
        ("off",),
        ("on",),
        ("story", "pull-cord"),
    ]


async def test_what_the_hub_cannot_do_now_is_excused_on_the_page_itself(wall):
    async def off():
        raise LineError("POST /pause", 0, "no answer")

    wall.visitors.off = off
    answer = await wall.http.post("/off", headers={"tohuus-quick": "1"})
    assert answer.status_code == 204
    assert wall.visitors.done[-1] == ("excuse",)
    wall.picture.excused = True
    assert "Das geht gerade nicht" in wall.parts()["sc-tale"]


@pytest.mark.parametrize(
    ("address", "phones"),
    [
        ("http://127.0.0.1:8442/", False),
        ("http://0.0.0.0:8442/", False),
        ("http://localhost:8442/", False),
        ("http://192.0.2.7:8442/", True),
        ("http://flat.example:8442/", True),
    ],
)
def test_a_code_is_drawn_only_for_an_address_that_phones_reach(address, phones):
    assert reachable(address) is phones


async def test_without_scripts_a_tile_is_a_form(wall):
    answer = await wall.http.post("/story", data={"name": "pull-cord"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_story_nobody_knows_is_not_found(wall):
    answer = await wall.http.post("/story", data={"name": "earthquake"})
    assert answer.status_code == 404


async def test_a_form_of_another_page_is_refused(wall):
    headers = {"origin": "https://example.org", "sec-fetch-site": "cross-site"}
    answer = await wall.http.post("/off", headers=headers)
    assert answer.status_code == 403
    assert wall.visitors.done == []


async def test_what_can_be_touched_has_a_name_for_screen_readers(wall):
    page = (await wall.http.get("/")).text
    touchable = [row["id"] for row in TABLE["devices"] if row["role"] in set(TOUCH)]
    for device in touchable:
        assert f'name="device" value="{device}"' in page
    assert page.count('aria-label="Auslösen: ') == len(touchable)


async def test_the_stream_begins_with_the_whole_and_goes_on_with_what_changed(wall):
    from showcase.web.app import _fragments

    stream = _fragments(wall.view, wall.changes, wall.view.face.words("de"))
    assert set(await anext(stream)) == {f"sc-{part}" for part in PARTS}
    wall.picture.stayed = 3
    wall.changes.tell()
    assert set(await anext(stream)) == {"sc-stays"}
    assert json.dumps(wall.parts())
    await stream.aclose()


def test_a_phone_without_its_service_never_says_that_there_is_no_alert():
    picture = Picture(walk=Walk(spot=Floor(TABLE).spots["sofa"]))
    assert not picture.service_on, "nothing is known before the first word"
    picture.service("snapshot", {})
    assert picture.service_on
    picture.service("lost", {})
    assert not picture.service_on
