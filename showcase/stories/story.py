# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A story as data: what she does, what must come of it, and how it is told."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from rules.model.identity import Seconds

STORIES: Final = Path(__file__).parent
LANGUAGES: Final = ("de", "da", "en")

# The way of one message, in the order it is told. A story leaves out what its verdict does not do.
HOPS: Final = (
    "frame",
    "decoded",
    "journaled",
    "verdict",
    "asked",
    "answered",
    "timed_out",
    "decided",
    "enqueued",
    "forwarded",
    "received",
    "paged",
    "acknowledged",
)


class Do(StrEnum):
    """What a step does."""

    WALK = "walk"
    FALL = "fall"
    MOVE = "move"
    SENSE = "sense"
    STOVE = "stove"
    CUT_POWER = "cut_power"
    RESTORE_POWER = "restore_power"
    WAIT = "wait"
    UNTIL = "until"
    LIGHT = "light"
    ACCEPT = "accept"


class StoryError(Exception):
    """A story file is not what it must be.

    Attributes:
        file: which file.
        key: place in it.
        expected: what should stand there.
    """

    def __init__(self, file: str, key: str, expected: str) -> None:
        super().__init__(file, key, expected)
        self.file = file
        self.key = key
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: expected {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        do: what happens.
        to: spot she walks to, or where she lies after a fall.
        device: device that is touched, sensed or must light up.
        what: verb of the virtual device (`pull`, `press`, `fall`, ...).
        value: power in watts, seconds that pass, minutes a carer needs.
        hop: hop to wait for.
        within_s: longest story time until the hop, for which the clock may jump;
            0 waits in real time only.
        say: what is told meanwhile, by language.
    """

    do: Do
    to: str = ""
    device: str = ""
    what: str = ""
    value: float = 0.0
    hop: str = ""
    within_s: Seconds = 0.0
    say: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """What the story cannot do without; each can be taken away by real means.

    Attributes:
        rule: verdict kind that is switched off.
        sensor: devices without power.
        basis: purpose whose consent is withdrawn, or `help_agreement`.
    """

    rule: str
    sensor: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story of the showcase.

    Attributes:
        id: its name on the command line.
        icon: drawing on its tile.
        starts_s: local second of the day it begins at.
        spot: where she is then.
        verdict: the conclusion it tells of.
        sensor: the device whose frame it begins with.
        hops: hops that must come, in order.
    """

    id: str
    order: int
    icon: str
    starts_s: Seconds
    spot: str
    verdict: str
    sensor: str
    hops: tuple[str, ...]
    without: Without
    title: Mapping[str, str]
    when: Mapping[str, str]
    steps: tuple[Step, ...]


def every(folder: Path = STORIES) -> tuple[Story, ...]:
    """Read all stories, in the order of their tiles."""
    return tuple(
        sorted((read(path) for path in folder.glob("*.toml")), key=lambda story: story.order)
    )


def read(path: Path) -> Story:
    """Read one story.

    Raises:
        StoryError: something in the file is missing or wrong.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StoryError(path.name, "the file", f"valid TOML ({error})") from None
    return parse(path.name, table)


def parse(file: str, table: Mapping[str, object]) -> Story:
    """Turn a table into a story; every sentence must be there in all languages.

    Raises:
        StoryError: something is missing or wrong.
    """
    page = _Page(file, table, "")
    steps = table.get("steps")
    if not isinstance(steps, list) or not steps:
        raise StoryError(file, "steps", "at least one [[steps]]")
    hops = page.words("hops")
    if not hops or list(hops) != [hop for hop in HOPS if hop in hops]:
        raise StoryError(file, "hops", f"some of {', '.join(HOPS)}, in that order")
    without = page.sub("without")
    return Story(
        id=page.word("id"),
        order=int(page.number("order")),
        icon=page.word("icon"),
        starts_s=_day_s(file, page.word("starts")),
        spot=page.word("spot"),
        verdict=page.word("verdict"),
        sensor=page.word("sensor"),
        hops=hops,
        without=Without(
            rule=without.word("rule"), sensor=without.words("sensor"), basis=without.word("basis")
        ),
        title=page.languages("title"),
        when=page.languages("when"),
        steps=tuple(_step(file, place, step) for place, step in enumerate(steps)),
    )


def _step(file: str, place: int, table: object) -> Step:
    if not isinstance(table, Mapping):
        raise StoryError(file, f"steps[{place}]", "a table")
    page = _Page(file, table, f"steps[{place}].")
    known = {"do", "to", "device", "what", "value", "hop", "within_s", "say"}
    for key in table:
        if key not in known:
            raise StoryError(file, f"steps[{place}].{key}", f"one of {', '.join(sorted(known))}")
    try:
        do = Do(page.word("do"))
    except ValueError:
        raise StoryError(file, f"steps[{place}].do", f"one of {', '.join(Do)}") from None
    hop = page.word("hop", "")
    if (do is Do.UNTIL) != bool(hop):
        raise StoryError(file, f"steps[{place}].hop", "a hop, with `until` only")
    return Step(
        do=do,
        to=page.word("to", ""),
        device=page.word("device", ""),
        what=page.word("what", ""),
        value=page.number("value", 0.0),
        hop=hop,
        within_s=page.number("within_s", 0.0),
        say=page.languages("say") if "say" in table else {},
    )


def _day_s(file: str, text: str) -> Seconds:
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise StoryError(file, "starts", "a time of day such as 03:05")
    return int(hour) * 3600.0 + int(minute) * 60.0


class _Page:
    """One table of a story file with the checks every value gets."""

    def __init__(self, file: str, table: Mapping[str, object], place: str) -> None:
        self._file, self._table, self._place = file, table, place

    def word(self, key: str, default: str | None = None) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str):
            raise StoryError(self._file, self._place + key, "a text")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise StoryError(self._file, self._place + key, "a list of texts")
        return tuple(value)

    def number(self, key: str, default: float | None = None) -> float:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise StoryError(self._file, self._place + key, "a number")
        return float(value)

    def sub(self, key: str) -> "_Page":
        value = self._table.get(key)
        if not isinstance(value, Mapping):
            raise StoryError(self._file, self._place + key, "a table")
        return _Page(self._file, value, f"{self._place}{key}.")

    def languages(self, key: str) -> Mapping[str, str]:
        said = self.sub(key)
        return {language: said.word(language) for language in LANGUAGES}
