# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Static files from memory, below a path that carries the hash of them all."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Final

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

FONTS: Final = ("AtkinsonHyperlegible-Regular.ttf", "AtkinsonHyperlegible-Bold.ttf")
MEDIA: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ttf": "font/ttf",
}
FOREVER: Final = "public, max-age=31536000, immutable"


def _files(top: str, folder: Path) -> dict[str, bytes]:
    return {
        f"{top}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in MEDIA
    }


def _fonts() -> dict[str, bytes]:
    """Read the two cuts we use from their wheel; without it a system font stands in."""
    try:
        files = resources.files("fontpkg_atkinson_hyperlegible") / "files"
        return {f"design/fonts/{name}": (files / name).read_bytes() for name in FONTS}
    except (ModuleNotFoundError, FileNotFoundError):
        return {}


class Static:
    """All static files of one face: `/static/<hash>/design/...` and `/static/<hash>/<face>/...`.

    The hash covers the whole tree: relative imports between modules stay intact, every file may
    be kept for ever, and a new release is a new path.

    Attributes:
        hash: first 10 hex digits over all files.
        prefix: `/static/<hash>`, for templates.
        paths: every path served, for a service worker's shell.
    """

    def __init__(self, face: str, folder: Path) -> None:
        design = Path(__file__).parent / "static"
        files = _files("design", design) | _fonts() | _files(face, folder)
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(name.encode() + b"\0" + content)
        self.hash = digest.hexdigest()[:10]
        self.prefix = f"/static/{self.hash}"
        self._files = {f"/{self.hash}/{name}": content for name, content in files.items()}
        self.paths = tuple(f"/static{path}" for path in self._files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an unknown path (also one of an older release) is a 404."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        content = self._files.get(path)
        response: Response
        if content is None or scope["method"] not in {"GET", "HEAD"}:
            response = PlainTextResponse("not found", status_code=404)
        else:
            response = Response(
                content,
                media_type=MEDIA[Path(path).suffix],
                headers={"cache-control": FOREVER},
            )
        await response(scope, receive, send)

    def route(self) -> Mount:
        """Return the route to add to a face's application."""
        return Mount("/static", app=self, name="static")
