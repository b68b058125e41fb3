# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door: this machine, a token for watchers, a cookie for displays paired by hand."""

import hashlib
import hmac
import json
import os
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.api.problems import HttpProblem
from hub.pipeline.commits import Commits
from hub.runtime.clock import Clock
from hub.runtime.randomness import Randomness
from hub.runtime.settings import is_loopback
from hub.storage.journal import Journal, as_json
from rules.model.effects import Effect
from rules.model.events import Fact, FinePressed, HelpPressed
from rules.model.identity import Seconds

COOKIE: Final = "tohuus_home_display"
WINDOW_S: Final = 120.0
"""So long a display on the network can be paired after the physical act, real seconds."""
ARMED_S: Final = 600.0
DISPLAYS_MAX: Final = 8
_OPEN: Final = frozenset({"/healthz"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Observer:
    """The token of whoever may watch and set up this hub; a file with mode 0600."""

    def __init__(self, path: Path, randomness: Randomness) -> None:
        if not path.exists():
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w") as fresh:
                fresh.write(randomness.draw(32).hex() + "\n")
        self._token = path.read_text().strip()

    def knows(self, authorization: str) -> bool:
        """Say whether the header carries the token."""
        return hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode())


class Displays:
    """Displays on the network that may show the panel, each paired by a physical act at the hub."""

    def __init__(
        self, journal: Journal, commits: Commits, clock: Clock, randomness: Randomness
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._randomness = randomness
        self._known: list[str] = json.loads(journal.mark("displays") or "[]")
        self._open_until = 0.0
        self._armed_until = 0.0
        commits.subscribe(self.happened)

    def open(self) -> Seconds:
        """Open the window at once (somebody sits at the hub itself); return its length."""
        self._open_until = self._clock.real() + WINDOW_S
        return WINDOW_S

    def arm(self) -> Seconds:
        """Let the next press of a help or "I am fine" device open the window; return how long."""
        self._armed_until = self._clock.real() + ARMED_S
        return ARMED_S

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:  # noqa: ARG002 # a listener
        """Open the window at a press, if it was armed."""
        if isinstance(fact.event, HelpPressed | FinePressed) and self._is_armed():
            self._armed_until = 0.0
            self.open()

    def _is_armed(self) -> bool:
        return self._clock.real() < self._armed_until

    def pair(self) -> str | None:
        """Return a new display's cookie, None while the window is closed."""
        if self._clock.real() >= self._open_until:
            return None
        self._open_until = 0.0
        secret = self._randomness.draw(32).hex()
        self._known = [*self._known, _digest(secret)][-DISPLAYS_MAX:]
        self._journal.set_mark("displays", as_json(self._known))
        self._journal.commit()
        return secret

    def knows(self, cookie: str) -> bool:
        """Say whether this display was paired."""
        digest = _digest(cookie)
        return any(hmac.compare_digest(digest, one) for one in self._known)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class AccessGuard:
    """ASGI middleware that lets in who may come in, by path.

    `/v1/...` is for watchers and set-up on this machine with the token; all else is the panel: this
    machine or a paired display. Writes of the panel must come from its own pages.
    """

    def __init__(self, app: ASGIApp, *, observer: Observer, displays: Displays) -> None:
        self._app = app
        self._observer = observer
        self._displays = displays

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass or answer it with 401 or 403."""
        if scope["type"] != "http" or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        problem = self._refusal(scope)
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem.response()(scope, receive, send)

    def _refusal(self, scope: Scope) -> HttpProblem | None:
        headers = Headers(scope=scope)
        path = scope["path"]
        near = _from_this_machine(scope, headers)
        if path.startswith("/v1/"):
            if not near:
                return HttpProblem(403, "not-here", "only from the hub itself")
            if not self._observer.knows(headers.get("authorization", "")):
                return HttpProblem(401, "token", "the observer's token")
            return None
        cookie: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
        display = cookie[COOKIE].value if COOKIE in cookie else ""
        if not near and path != "/display" and not (display and self._displays.knows(display)):
            return HttpProblem(403, "not-paired", "pair this display at the hub first")
        if scope["method"] not in _SAFE and not _same_site(headers):
            return HttpProblem(403, "foreign-page", "a form of the panel itself")
        return None


def _from_this_machine(scope: Scope, headers: Headers) -> bool:
    client = scope.get("client")
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    # The host name is checked too: else a foreign page whose name points here could ask.
    return client is not None and is_loopback(client[0]) and is_loopback(host)


def _same_site(headers: Headers) -> bool:
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host", "")
