# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One face of the product: its templates, static files and languages, with the shared design."""

from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from design import language
from design.language import Words
from design.static import Static
from design.wording import Wording

TEMPLATES = Path(__file__).parent / "templates"


def environment(templates: Path) -> Environment:
    """Make the template environment of a face; its own templates win over the shared ones."""
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(templates), FileSystemLoader(TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


class Face:
    """Renders pages and fragments of one face in the reader's language.

    Args:
        name: `resident`, `caregiver` or `showcase`; becomes `data-face` and a static folder.
        root: folder with `templates/`, `static/` and `locale/`.
        theme: what pages look like where nothing else is said: None (day), `night`, or `auto`,
            which follows the reader's device.
        wording: words of verdicts and things; None: those that are shipped.

    Attributes:
        static: ASGI application and `route()` for the static files.
        cookie: name of the language cookie (cookies ignore ports, so each face has its own).
    """

    def __init__(
        self, name: str, root: Path, theme: str | None = None, wording: Wording | None = None
    ) -> None:
        self.name = name
        self._theme = theme
        self.cookie = f"tohuus_{name}_lang"
        self.static = Static(name, root / "static")
        self._environment = environment(root / "templates")
        self._words = language.read(root / "locale", wording=wording)

    def words(self, code: str) -> Words:
        """Return the sentences of one language; an unknown code gets German."""
        return self._words.get(code) or self._words[language.DEFAULT]

    def words_for(self, request: Request) -> Words:
        """Return the sentences of the language this request asks for."""
        chosen = language.choose(
            request.query_params.get("lang"),
            request.cookies.get(self.cookie),
            request.headers.get("accept-language"),
        )
        return self._words[chosen]

    def render(self, template: str, words: Words, **context: object) -> str:
        """Render a page or a fragment.

        Args:
            template: file name below `templates/`.
            words: the reader's language.
            context: what the template names; a missing name is an error, never an empty place.
        """
        return self._environment.get_template(template).render(
            face=self.name,
            static=self.static.prefix,
            lang=words.language.html,
            languages=tuple(language.LANGUAGES.values()),
            words=words,
            _=words.gettext,
            ngettext=words.ngettext,
            theme=context.pop("theme", self._theme),
            **context,
        )

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        words: Words | None = None,
        **context: object,
    ) -> HTMLResponse:
        """Answer a request with a page; `?lang=` is remembered in the face's own cookie."""
        words = words or self.words_for(request)
        answer = HTMLResponse(self.render(template, words, **context), status_code=status)
        answer.headers["vary"] = "accept-language, cookie"
        if request.query_params.get("lang") == words.language.code:
            answer.set_cookie(
                self.cookie, words.language.code, max_age=31_536_000, samesite="strict"
            )
        return answer
