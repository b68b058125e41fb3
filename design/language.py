# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""German, Danish and English: catalogues and wording read at start, one `Words` a language."""

import gettext
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from markupsafe import Markup

from design.wording import VerdictWords, Wording, shipped
from design.wording.sentence import Value
from design.wording.wording import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language a reader can choose.

    Attributes:
        code: what stands in `?lang=` and in the cookie.
        html: value of the `lang` attribute.
        own_name: its name for its own speakers.
        fallbacks: gettext folders, first choice first; English is the source and always last.
    """

    code: str
    html: str
    own_name: str
    fallbacks: tuple[str, ...]


# A further language (plain German, Low German, Frisian) is one line here and its folders.
LANGUAGES: Final = {
    language.code: language
    for language in (
        Language(code="de", html="de", own_name="Deutsch", fallbacks=("de",)),
        Language(code="da", html="da", own_name="Dansk", fallbacks=("da",)),
        Language(code="en", html="en", own_name="English", fallbacks=()),
    )
}
DEFAULT: Final = "de"


def choose(query: str | None, cookie: str | None, accept: str | None) -> str:
    """Choose a language code: the address first, then the cookie, then the browser, then German.

    Args:
        query: value of `?lang=`.
        cookie: value of the face's own language cookie.
        accept: the `Accept-Language` header; its order counts, its weights do not.
    """
    for wish in (query, cookie):
        if wish in LANGUAGES:
            return wish
    for part in (accept or "").split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return DEFAULT


def _compile(path: Path) -> gettext.GNUTranslations:
    """Compile one catalogue in memory; a fuzzy entry does not count as translated."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only while starting
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only while starting

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source), use_fuzzy=False)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _translations(language: Language, folders: Iterable[Path]) -> gettext.NullTranslations:
    first = gettext.NullTranslations()
    for code in language.fallbacks:
        for folder in folders:
            for path in sorted((folder / code / "LC_MESSAGES").glob("*.po")):
                first.add_fallback(_compile(path))
    return first


class Words:
    """One language, ready to speak: sentences of the face, words all faces share, quantities.

    Args:
        language: which one.
        catalogue: translations of the face's own sentences, chained.
        wording: words of verdicts and things.
    """

    def __init__(
        self, language: Language, catalogue: gettext.NullTranslations, wording: Wording
    ) -> None:
        self.language = language
        self._catalogue = catalogue
        self._wording = wording
        self._quantities = wording.quantities(language.code)

    def gettext(self, message: str, **values: object) -> Markup:
        """Translate an English sentence; `%(name)s` takes escaped values."""
        said = Markup(self._catalogue.gettext(message))  # noqa: S704 - catalogues are ours
        return said % values if values else said

    def ngettext(self, one: str, many: str, n: int, **values: object) -> Markup:
        """Translate a counted sentence; `%(n)s` is the number."""
        said = Markup(self._catalogue.ngettext(one, many, n))  # noqa: S704 - catalogues are ours
        return said % (values | {"n": n})

    def verdict(
        self, kind: str, values: Mapping[str, Value] = NOTHING, *, plain: bool = False
    ) -> VerdictWords[Markup]:
        """Return title, reason, question and advice of a verdict (`design.wording`).

        Args:
            kind: name of the verdict kind; one without words is called by it.
            values: details of the verdict.
            plain: in plain words, to the resident; otherwise to those who help.
        """
        said = self._wording.verdict(kind, values, language=self.language.code, plain=plain)
        return said.each(Markup.escape)

    def asks(self, kind: str) -> bool:
        """Say whether the resident is asked about this kind before anybody is called."""
        return self._wording.asks(kind)

    def name(self, table: str, key: str, *, plain: bool = False, **values: Value) -> Markup:
        """Name a thing by a table of `design/wording/names`; without a name it is called its key.

        Args:
            table: for example `places`.
            key: which thing.
            plain: in plain words, to the resident.
            values: what the name's placeholders stand for.
        """
        code = self.language.code
        named = self._wording.name(table, key, values, language=code, plain=plain)
        return Markup.escape(key if named is None else named)

    def time(self, at: datetime) -> Markup:
        """Say a time of day as it is written here: 3:07, 3.07."""
        return Markup.escape(self._quantities.time(at))

    def day(self, day: date) -> Markup:
        """Say a date with its weekday, without the year."""
        return Markup.escape(self._quantities.day(day))

    def span(self, seconds: float) -> Markup:
        """Say a length of time in words: "12 minutes", "1 hour 5 minutes"."""
        return Markup.escape(self._quantities.span(seconds))

    def ago(self, seconds: float) -> Markup:
        """Say for how long something has been so, short enough for a card's corner."""
        return Markup.escape(self._quantities.ago(seconds))


def read(*folders: Path, wording: Wording | None = None) -> Mapping[str, Words]:
    """Read the catalogues of a face.

    Args:
        folders: `locale` folders with `<language>/LC_MESSAGES/*.po`.
        wording: words of verdicts and things; None: those that are shipped.
    """
    words = wording or shipped()
    return {
        code: Words(language, _translations(language, folders), words)
        for code, language in LANGUAGES.items()
    }
