# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The neutral words of pages, from the catalogues of the carers' face."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from caregiver_api.delivery.texts import NoticeWord, RenderedText
from design import language as languages


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues; it is translated where it is said."""
    return sentence


TEXTS: Final[Mapping[NoticeWord, tuple[str, str]]] = {
    "urgent": (N_("Urgent alarm"), N_("Somebody needs help now. Open your alarms.")),
    "soon": (N_("New alarm"), N_("Somebody is needed soon. Open your alarms.")),
    "info": (N_("New note"), N_("There is something to read among your alarms.")),
    "stand_down": (N_("No need to come"), N_("This alarm is taken or over.")),
    "test": (N_("Test"), N_("Somebody tests the alarms. Nobody needs to come.")),
}
"""Title and text by what a page is about: a locked screen shows no name, flat or kind."""


class CatalogueTexts:
    """Renders the words of pages."""

    def __init__(self) -> None:
        self._words = languages.read(Path(__file__).parent / "locale")

    def render(self, word: NoticeWord, language: str | None) -> RenderedText:
        """Return title and text in a language; None or an unknown one is the first of the faces."""
        words = self._words.get(language or "") or self._words[languages.DEFAULT]
        title, text = TEXTS[word]
        return RenderedText(title=str(words.gettext(title)), text=str(words.gettext(text)))
