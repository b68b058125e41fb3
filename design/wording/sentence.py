# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A sentence with placeholders: read, checked, and filled with values."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from string import Formatter
from typing import Final, Protocol

UNKNOWN: Final = "?"
"""Stands where a value is missing: a sentence never invents one."""

type Value = str | float | datetime


class Writing(Protocol):
    """How people of one language write a time of day and a length of time."""

    def time(self, at: datetime) -> str:
        """Write a time of day."""

    def span(self, seconds: float) -> str:
        """Write a length of time."""


def placeholders(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield name and choice of each placeholder.

    Raises:
        ValueError: a brace is not closed, a name is none, or a choice is not `one|many`.
    """
    for _text, name, choice, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or conversion is not None:
            raise ValueError(f"a placeholder is written {{still_s}}, not {{{name}}}")
        if choice and choice.count("|") != 1:
            raise ValueError(f"a choice is written {{n:minute|minutes}}, not {{{name}:{choice}}}")
        yield name, choice or ""


def fill(sentence: str, values: Mapping[str, Value], writing: Writing) -> str:
    """Return the sentence with its values as people write them.

    A name that ends in `_s` is a length of time, a `datetime` a time of day, any other number is
    rounded; `{n:one|many}` is the word that fits the number.

    Args:
        sentence: text with placeholders.
        values: what is known; a name without a value is written as "?".
        writing: how the reader's language writes times.
    """
    said = []
    for text, name, choice, _conversion in Formatter().parse(sentence):
        said.append(text)
        if name is not None:
            said.append(_written(name, choice or "", values.get(name), writing))
    return "".join(said)


def _written(name: str, choice: str, value: Value | None, writing: Writing) -> str:
    if isinstance(value, datetime):
        return writing.time(value)
    if isinstance(value, str):
        return value
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if choice:
        one, many = choice.split("|")
        return one if round(value) == 1 else many
    return writing.span(value) if name.endswith("_s") else str(round(value))
