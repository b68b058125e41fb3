# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The picture in one language: the whole page, or its moving parts one by one."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from design.face import Face
from design.language import Words
from design.plan import Plan
from rules.model.apartment import Apartment
from rules.model.identity import Seconds
from showcase.apartment.flat import TOUCH
from showcase.stories.picture import Picture
from showcase.stories.story import Story
from showcase.web.narration import Narrator

ROOT: Final = Path(__file__).parent
PARTS: Final = (
    "clock",
    "off",
    "light",
    "person",
    "tale",
    "stations",
    "phone",
    "stays",
    "tiles",
    "warning",
)
"""Macros of `parts.html`; each renders the element `sc-<name>`."""

HOW: Final = Markup("<code>--host ADDRESS</code>")
"""The option of `tohuus demo` by which phones reach this page."""
# The speech bubble stays inside the plan, and its width follows the sentence (plan units a letter).
_LETTER: Final = 13.0
_BUBBLE_PAD: Final = 44.0


class View:
    """Renders the picture.

    Args:
        picture: what there is to see.
        now: story time, Unix seconds.
        apartment: rooms and devices.
        floor: the drawing.
        stories: the tiles.
        address: where phones find this page.
    """

    def __init__(
        self,
        picture: Picture,
        now: Callable[[], Seconds],
        apartment: Apartment,
        floor: Plan,
        stories: Sequence[Story],
        *,
        tz: ZoneInfo,
        address: str,
    ) -> None:
        self.face = Face("showcase", ROOT)
        self._picture = picture
        self._now = now
        self._apartment = apartment
        self._floor = floor
        self._stories = stories
        self._tz = tz
        self._address = address
        self._qr = qr(address)
        self._drawn = tuple(
            device.id
            for device in floor.devices
            if device.role not in {"temperature", "stove_cutoff"}
        )
        self._touchable = tuple(
            device
            for device in floor.devices
            if any(device.role == role for role in TOUCH) and device.id in self._drawn
        )

    def page(self, request: Request) -> Response:
        """Answer with the whole page."""
        words = self.face.words_for(request)
        context = self._context(words)
        theme = "night" if context["night"] else None
        return self.face.page(request, "showcase.html", words=words, theme=theme, **context)

    def parts(self, words: Words) -> dict[str, str]:
        """Render every moving part: element id to HTML."""
        context = self._context(words)
        return {
            f"sc-{part}": self.face.render("part.html", words, part_name=part, **context).strip()
            for part in PARTS
        }

    def _context(self, words: Words) -> dict[str, Any]:
        picture, code = self._picture, words.language.code
        narrator = Narrator(words, self._apartment, self._tz)
        local = datetime.fromtimestamp(self._now(), UTC).astimezone(self._tz)
        answer = narrator.answer(picture)
        width = len(answer) * _LETTER + _BUBBLE_PAD
        stations = narrator.stations(picture)
        done = [number for number, one in enumerate(stations, 1) if one.state != "wait"]
        card = picture.card
        return {
            "picture": picture,
            "code": code,
            "narrator": narrator,
            "floor": self._floor,
            "shown_devices": self._drawn,
            "touchable": self._touchable,
            "time": words.time(local),
            "day": words.day(local.date()),
            "day_s": local.hour * 3600 + local.minute * 60 + local.second,
            "night": self._apartment.is_night(self._now())
            if self._apartment.utc_offsets
            else local.hour >= 22 or local.hour < 6,
            "stations": stations,
            "current": done[-1] if done else 0,
            "say": picture.say.get(code, ""),
            "ending": narrator.ending(picture),
            "answer": answer,
            "said_in_room": answer if picture.told is not None else "",
            "says_at": self._bubble(width),
            "says_width": round(width),
            "conclusion": narrator.conclusion(card.kind) if card else "",
            "card_room": narrator.room(card.room) if card else "",
            "took": lambda ms: took(words, ms),
            "stories": self._stories,
            "qr": self._qr,
            "address": self._address.removeprefix("http://"),
            "reachable": reachable(self._address),
            "how": HOW,
        }

    def _bubble(self, width: float) -> tuple[float, float]:
        left, top, wide, _ = self._floor.box
        x, y = self._picture.walk.spot.at
        half = width / 2
        return max(left + half + 12, min(left + wide - half - 12, x)), max(top + 40, y - 70)


def took(words: Words, ms: int) -> Markup:
    """Say how long something took in real time."""
    _ = words.gettext
    if ms < 1000:
        return _("after %(n)s ms", n=ms)
    point = "." if words.language.code == "en" else ","
    return _("after %(n)s s", n=f"{ms / 1000:.1f}".replace(".", point))


def reachable(address: str) -> bool:
    """Say whether a phone can open an address: it is neither this machine's own nor "any"."""
    host = urlsplit(address).hostname or ""
    try:
        here = ip_address(host)
    except ValueError:
        return host != "localhost"
    return not (here.is_loopback or here.is_unspecified)


def qr(address: str) -> Markup:
    """Draw an address as a QR code."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=4, border=2, xmldecl=False, svgns=False, svgclass="qr__code",
        lineclass=None, dark="#06343f", light="#ffffff", omitsize=True,
    )  # fmt: skip
    text = drawn.getvalue().decode()
    return Markup(text.replace("<svg ", '<svg role="img" aria-label="QR-Code" ', 1))  # noqa: S704 - drawn by segno from our own address


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return the parts that look different now."""
    return {name: html for name, html in after.items() if before.get(name) != html}
