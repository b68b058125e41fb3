# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The neutral words of a page: without name, flat or kind, in the recipient's language."""

from dataclasses import dataclass
from typing import Literal, Protocol

type NoticeWord = Literal["urgent", "soon", "info", "stand_down", "test"]
"""What a page is about: an alarm by its priority, the end of one, or a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedText:
    """Title and text, ready to be shown."""

    title: str
    text: str


class NoticeTexts(Protocol):
    """Renders the words of pages."""

    def render(self, word: NoticeWord, language: str | None) -> RenderedText:
        """Return title and text in a language; None or an unknown one is the first of the faces."""
        ...
