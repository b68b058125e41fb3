# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""German, Danish and English: catalogues read at start, one `Words` a language."""

import gettext
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language a reader can choose.

    Attributes:
        code: what stands in `?lang=` and in the cookie.
        html: value of the `lang` attribute.
        own_name: its name for its own speakers.
        chain: gettext folders, first choice first; English is the source and always last.
    """

    code: str
    html: str
    own_name: str
    chain: tuple[str, ...]


# A further language (plain German, Low German, Frisian) is one line here and its folders.
LANGUAGES: Final = {
    language.code: language
    for language in (
        Language(code="de", html="de", own_name="Deutsch", chain=("de",)),
        Language(code="da", html="da", own_name="Dansk", chain=("da",)),
        Language(code="en", html="en", own_name="English", chain=()),
    )
}
DEFAULT: Final = "de"
SHARED: Final = Path(__file__).parent / "locale"


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


def _chain(language: Language, folders: Iterable[Path]) -> gettext.NullTranslations:
    first = gettext.NullTranslations()
    for code in language.chain:
        for folder in folders:
            for path in sorted((folder / code / "LC_MESSAGES").glob("*.po")):
                first.add_fallback(_compile(path))
    return first


class Words:
    """One language, ready to speak: sentences, plurals, dates and lengths of time.

    Args:
        language: which one.
        catalogue: its compiled translations, chained.
    """

    def __init__(self, language: Language, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def gettext(self, message: str, **values: object) -> Markup:
        """Translate an English sentence; `%(name)s` takes escaped values."""
        said = Markup(self._catalogue.gettext(message))  # noqa: S704 - catalogues are ours
        return said % values if values else said

    def ngettext(self, one: str, many: str, n: int, **values: object) -> Markup:
        """Translate a counted sentence; `%(n)s` is the number."""
        said = Markup(self._catalogue.ngettext(one, many, n))  # noqa: S704 - catalogues are ours
        return said % (values | {"n": n})

    def time(self, at: datetime) -> Markup:
        """Say a time of day as it is written here: 3:07, 3.07."""
        _ = self.gettext
        return _("%(hour)s:%(minute)s", hour=at.hour, minute=f"{at.minute:02d}")

    def day(self, day: date) -> Markup:
        """Say a date with its weekday, without the year."""
        _ = self.gettext
        weekday = (
            _("Monday"),
            _("Tuesday"),
            _("Wednesday"),
            _("Thursday"),
            _("Friday"),
            _("Saturday"),
            _("Sunday"),
        )[day.weekday()]
        month = (
            _("January"),
            _("February"),
            _("March"),
            _("April"),
            _("May"),
            _("June"),
            _("July"),
            _("August"),
            _("September"),
            _("October"),
            _("November"),
            _("December"),
        )[day.month - 1]
        return _("%(weekday)s, %(day)s %(month)s", weekday=weekday, day=day.day, month=month)

    def span(self, seconds: float) -> Markup:
        """Say a length of time in words: "12 minutes", "1 hour 5 minutes"."""
        n_ = self.ngettext
        whole = max(0, round(seconds))
        minutes = round(seconds / 60)
        hours, rest = divmod(minutes, 60)
        if whole < 60:
            parts = [n_("%(n)s second", "%(n)s seconds", whole)]
        elif minutes < 60:
            parts = [n_("%(n)s minute", "%(n)s minutes", minutes)]
        elif hours >= 48:
            parts = [n_("%(n)s day", "%(n)s days", hours // 24)]
        else:
            parts = [n_("%(n)s hour", "%(n)s hours", hours)]
            if rest:
                parts.append(n_("%(n)s minute", "%(n)s minutes", rest))
        # A number and its unit stay on one line.
        return Markup(" ").join(part.replace(" ", "\u00a0") for part in parts)

    def ago(self, seconds: float) -> Markup:
        """Say for how long something has been so, short enough for a card's corner."""
        _ = self.gettext
        minutes = int(seconds // 60)
        if minutes < 1:
            return _("just now")
        if minutes < 60:
            return _("for %(n)s min", n=minutes)
        if minutes < 48 * 60:
            return _("for %(n)s h", n=round(minutes / 60))
        return _("for %(n)s days", n=minutes // (24 * 60))


def read(*folders: Path) -> Mapping[str, Words]:
    """Read the catalogues of a face and the shared ones; the face's own entries win.

    Args:
        folders: `locale` folders with `<language>/LC_MESSAGES/*.po`.
    """
    return {
        code: Words(language, _chain(language, (*folders, SHARED)))
        for code, language in LANGUAGES.items()
    }
