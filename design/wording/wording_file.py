# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording files: TOML with a section a language, read and checked one by one."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from design.wording.sentence import Value, placeholders

WHEN: Final = "when"
FIELDS: Final = frozenset({"title", "reason", "question", "advice"})

type Texts = Mapping[str, str]
"""Field of a verdict, or key of a thing, to its text."""


class WordingError(Exception):
    """A wording file cannot be used: whoever wrote it must look.

    Args:
        file: which.
        expected: what was expected in it.
    """

    def __init__(self, file: Path, expected: str) -> None:
        super().__init__(f"{file.name}: expected {expected}")
        self.file = file
        self.expected = expected


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of one verdict kind.

    Attributes:
        when: variant to the value (or values; True: any) that a detail of the verdict must have.
        sections: language to the texts of each variant; the variant "" holds what all share.
    """

    when: Mapping[str, Mapping[str, Any]]
    sections: Mapping[str, Mapping[str, Texts]]

    def variant(self, values: Mapping[str, Value]) -> str:
        """Return the first variant whose condition holds, "" for none."""
        for variant, condition in self.when.items():
            if all(_holds(values.get(name), wanted) for name, wanted in condition.items()):
                return variant
        return ""

    def over(self, other: "KindWords") -> "KindWords":
        """Return the words of both; own sections win."""
        return KindWords(
            when={**other.when, **self.when}, sections={**other.sections, **self.sections}
        )


def _holds(value: Value | None, wanted: Any) -> bool:
    if wanted is True:
        return value is not None
    return value in (wanted if isinstance(wanted, list) else [wanted])


def kind_words(path: Path) -> KindWords:
    """Read the file of a verdict kind.

    Raises:
        WordingError: not readable, no section, a field or variant nobody knows, a broken sentence.
    """
    table = _load(path)
    when = table.pop(WHEN, {})
    if not isinstance(when, dict) or not all(isinstance(one, dict) for one in when.values()):
        raise WordingError(path, f'[{WHEN}] with lines such as stay = {{ reason = "stay" }}')
    sections: dict[str, dict[str, Texts]] = {}
    for language, section in table.items():
        if not isinstance(section, dict):
            raise WordingError(path, f"a section a language, not {language}")
        shared = {name: one for name, one in section.items() if not isinstance(one, dict)}
        variants = {name: one for name, one in section.items() if isinstance(one, dict)}
        if unknown := variants.keys() - when.keys():
            raise WordingError(path, f"a line in [{WHEN}] for {min(unknown)}")
        sections[language] = {"": _fields(path, shared)}
        for variant, own in variants.items():
            sections[language][variant] = _fields(path, shared | own)
    if not sections:
        raise WordingError(path, "a section a language")
    return KindWords(when=when, sections=sections)


def named_things(path: Path) -> Mapping[str, Texts]:
    """Read a file of names: language to key to text; inner tables and lists become dotted keys.

    Raises:
        WordingError: not readable, or a broken sentence.
    """
    return {
        language: {key: _checked(path, text) for key, text in _flat(section)}
        for language, section in _load(path).items()
    }


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordingError(path, f"TOML ({error})") from error


def _fields(path: Path, texts: Mapping[str, Any]) -> Texts:
    if unknown := texts.keys() - FIELDS:
        raise WordingError(path, f"one of {', '.join(sorted(FIELDS))}, not {min(unknown)}")
    return {name: _checked(path, text) for name, text in texts.items()}


def _checked(path: Path, text: Any) -> str:
    if not isinstance(text, str):
        raise WordingError(path, f"a text, not {text!r}")
    try:
        list(placeholders(text))
    except ValueError as error:
        raise WordingError(path, f"a sentence ({error})") from error
    return text


def _flat(table: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(table, list):
        table = {str(number): one for number, one in enumerate(table)}
    for key, one in table.items():
        if isinstance(one, dict | list):
            yield from _flat(one, f"{before}{key}.")
        else:
            yield f"{before}{key}", one
