# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every face serves: strict headers, hashed static files, a stream that begins with the whole."""

import asyncio
import json

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from design.face import Face
from design.live import LiveStream
from design.security import SecurityHeaders, from_own_page


@pytest.fixture
def face(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "test.css").write_text("a { color: red; }")
    (tmp_path / "templates" / "x.html").write_text(
        '{% extends "base.html" %}{% block body %}{{ who }}{% endblock %}'
    )
    return Face("test", tmp_path)


@pytest.fixture
async def client(face):
    async def page(request):
        return face.page(request, "x.html", who="<Anna>")

    app = Starlette(
        routes=[Route("/", page), face.static.route()], middleware=[Middleware(SecurityHeaders)]
    )
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://flat") as client:
        yield client


async def test_every_answer_carries_the_strict_policy(client):
    answer = await client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_pages_escape_what_they_are_given(client):
    assert "&lt;Anna&gt;" in (await client.get("/")).text


async def test_static_files_lie_below_their_hash_and_stay_for_ever(client, face):
    answer = await client.get(f"{face.static.prefix}/test/css/test.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/static/0000000000/test/css/test.css")).status_code == 404


async def test_the_font_comes_from_its_wheel(client, face):
    path = f"{face.static.prefix}/design/fonts/AtkinsonHyperlegible-Bold.ttf"
    answer = await client.get(path)
    assert answer.status_code == 200
    assert len(answer.content) > 50_000


async def test_a_chosen_language_is_remembered_by_this_face_only(client):
    answer = await client.get("/?lang=da")
    assert '<html lang="da"' in answer.text
    assert "tohuus_test_lang=da" in answer.headers["set-cookie"]
    assert '<html lang="da"' in (await client.get("/")).text


async def test_a_stream_begins_with_the_whole_and_beats_in_silence(monkeypatch):
    monkeypatch.setattr("design.live.BEAT_S", 0.01)
    release = asyncio.Event()

    async def fragments():
        yield {"main": "<p>all</p>"}
        await release.wait()
        yield {"clock": "<b>3:07</b>"}

    heard = []
    async for chunk in LiveStream(fragments()).body_iterator:
        heard.append(chunk.decode())
        if "beat" in heard[-1]:
            release.set()
    assert heard[0].startswith("retry:")
    assert json.loads(heard[1].split("data: ")[1]) == {"main": "<p>all</p>"}
    assert "event: beat" in heard[2]
    assert "3:07" in heard[-1]


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://flat", "host": "flat"}, False),
        ({"origin": "http://flat", "host": "flat"}, True),
        ({"origin": "http://elsewhere", "host": "flat"}, False),
        ({}, True),
    ],
)
def test_a_foreign_page_cannot_write(headers, own):
    assert from_own_page(headers) is own


def test_the_theme_that_follows_the_device_is_the_night_theme():
    import re
    from pathlib import Path

    import design

    css = (Path(design.__file__).parent / "static" / "css" / "tokens.css").read_text()
    night, auto = (
        re.search(rf'\[data-theme="{name}"\] \{{\n(.*?)\n\}}', css, re.DOTALL)[1]
        for name in ("night", "auto")
    )
    assert night == auto
