# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a verdict is called, why it came, what is asked and what to do, in each language."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from design.wording.quantities import Quantities
from design.wording.sentence import Value, fill
from design.wording.wording_file import KindWords, Texts, WordingError, kind_words, named_things

FOLDER: Final = Path(__file__).parent
PLAIN: Final = "-plain"
"""Ending of the sections that speak to the resident: `[de-plain]`."""
SOURCE: Final = "en"
"""Language that is read where the reader's own has no words."""
NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWords[Text: str]:
    """The words of one verdict; what a kind does not say is empty.

    Attributes:
        title: names it.
        reason: says why it was concluded.
        question: says to the resident why she is asked.
        advice: says what to do.
    """

    title: Text
    reason: Text
    question: Text
    advice: Text

    def each[Other: str](self, change: Callable[[Text], Other]) -> "VerdictWords[Other]":
        """Return the same words, each changed, for example escaped for a page."""
        return VerdictWords(
            title=change(self.title),
            reason=change(self.reason),
            question=change(self.question),
            advice=change(self.advice),
        )


class Wording:
    """All words that several faces share, and those that folders from outside bring along.

    A file that cannot be used is left out and named in `problems`: its kind is then called by its
    own name, and still asks and pages.

    Args:
        folders: more folders with a `<kind>.toml` each, beside those that are shipped; a later
            folder's section of a kind replaces an earlier one's.

    Attributes:
        problems: files that could not be used.
    """

    def __init__(self, *folders: Path) -> None:
        problems: list[WordingError] = []
        self._kinds: dict[str, KindWords] = {}
        for folder in (FOLDER / "verdicts", *folders):
            found = sorted(folder.glob("*.toml"))
            if not found:
                problems.append(WordingError(folder, "a file <kind>.toml"))
            for path in found:
                try:
                    words = kind_words(path)
                except WordingError as error:
                    problems.append(error)
                    continue
                known = self._kinds.get(path.stem)
                self._kinds[path.stem] = words.over(known) if known else words
        self.problems = tuple(problems)
        self._unknown = kind_words(FOLDER / "unknown_kind.toml")
        self._names: dict[str, Mapping[str, Texts]] = {
            path.stem: named_things(path) for path in sorted((FOLDER / "names").glob("*.toml"))
        }
        self._quantities = {one: Quantities(self._naming(one)) for one in self.languages}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which everything can be said, without the plain ones."""
        return tuple(sorted(self._names["quantities"]))

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds that have words."""
        return frozenset(self._kinds)

    def sections(self, kind: str) -> Mapping[str, Mapping[str, Texts]]:
        """Return the texts of a kind by section and variant, empty where it has none."""
        known = self._kinds.get(kind)
        return {} if known is None else known.sections

    def quantities(self, language: str) -> Quantities:
        """Return how times and lengths are written; English in a language nobody knows."""
        return self._quantities.get(language) or self._quantities[SOURCE]

    def verdict(
        self,
        kind: str,
        values: Mapping[str, Value] = NOTHING,
        *,
        language: str,
        plain: bool = False,
    ) -> VerdictWords[str]:
        """Return the words of a verdict; a kind without words is called by its own name.

        Args:
            kind: name of the verdict kind.
            values: details of the verdict, and whatever else a sentence names (`room`, `device`).
            language: the reader's.
            plain: in plain words, to the resident; otherwise to those who help.
        """
        known = self._kinds.get(kind)
        section = None if known is None else _section(known, language, plain=plain)
        if known is None or section is None:
            known, values = self._unknown, {**values, "kind": kind.replace("_", " ")}
            section = _section(known, language, plain=plain) or {}
        texts = section.get(known.variant(values)) or section.get("", {})
        writing = self.quantities(language)

        def said(field: str) -> str:
            return fill(texts.get(field, ""), values, writing)

        return VerdictWords(
            title=said("title"),
            reason=said("reason"),
            question=said("question"),
            advice=said("advice"),
        )

    def asks(self, kind: str) -> bool:
        """Say whether the resident is asked about this kind first: then a question is written."""
        known = self._kinds.get(kind)
        return known is not None and any("question" in texts for texts in _texts(known))

    def name(
        self,
        table: str,
        key: str,
        values: Mapping[str, Value] = NOTHING,
        *,
        language: str,
        plain: bool = False,
    ) -> str | None:
        """Return the name of a thing, None where it has none.

        Args:
            table: a file of `names/`, for example `places`.
            key: which thing.
            values: what its placeholders stand for.
            language: the reader's.
            plain: in plain words, to the resident.
        """
        tables = self._names[table]
        for one in _fallbacks(language, plain=plain):
            if (text := tables.get(one, {}).get(key)) is not None:
                return fill(text, values, self.quantities(language))
        return None

    def _naming(self, language: str) -> Callable[[str], str]:
        return self._names["quantities"][language].__getitem__


@cache
def shipped() -> Wording:
    """Return the words of the house, without any from outside."""
    return Wording()


def _fallbacks(language: str, *, plain: bool) -> tuple[str, ...]:
    if plain:
        return (language + PLAIN, language, SOURCE + PLAIN, SOURCE)
    return (language, SOURCE)


def _section(known: KindWords, language: str, *, plain: bool) -> Mapping[str, Texts] | None:
    for one in _fallbacks(language, plain=plain):
        if (section := known.sections.get(one)) is not None:
            return section
    return None


def _texts(known: KindWords) -> Iterator[Texts]:
    for section in known.sections.values():
        yield from section.values()
