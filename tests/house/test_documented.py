# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel

from caregiver_api.channels.registry import CHANNELS

SERVERS = ("hub", "caregiver_api", "showcase")
PLACES = {"Route", "WebSocketRoute", "add_route", "add_api_route"}
VERBS = {"get", "post", "put", "delete", "patch", "head", "api_route", "route"}
HOLE = re.compile(r"\{[^}]*\}")


def _first_text(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return first.value if is_text and first.value.startswith("/") else None


def _routes(tree: ast.AST) -> Iterator[str]:
    """Yield the paths a module answers on, as written at Route(...) or a decorator."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in PLACES and (path := _first_text(node)):
                yield path
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and getattr(mark.func, "attr", "") in VERBS:
                    if path := _first_text(mark):
                        yield path


def _plain(path: str) -> str:
    return HOLE.sub("{}", path).rstrip("/") or "/"


def test_every_route_is_documented(texts: dict[Path, str], short: Callable[[Path], str]) -> None:
    page = next(text for path, text in texts.items() if short(path) == "docs/routes.md")
    listed = {
        _plain(path)
        for span in re.findall(r"`([^`]+)`", page)
        for path in re.findall(r"(?:^|\s)(/\S*)", span)
    }
    assert len(listed) > 10
    missing = []
    for path, text in texts.items():
        if path.suffix == ".py" and short(path).split("/")[0] in SERVERS:
            missing += [
                f"{short(path)}: {route}"
                for route in _routes(ast.parse(text))
                if not any(known.endswith(_plain(route)) for known in listed)
            ]
    assert not missing, "docs/routes.md does not know them"


def test_the_search_for_routes_finds_them() -> None:
    code = """
Route("/fine", fine, methods=["POST"])
@router.get("/v1/alerts/{incident}")
async def alert(): ...
client.get("/not/a/route")
"""
    assert set(_routes(ast.parse(code))) == {"/fine", "/v1/alerts/{incident}"}


def _models(root: Path) -> Iterator[tuple[str, type[BaseModel]]]:
    for module in sorted(root.glob("*/**/settings.py")):
        package = module.relative_to(root).parts[0]
        if package not in SERVERS:
            continue  # radios have their keys in docs/devices.md
        loaded = importlib.import_module(".".join(module.relative_to(root).with_suffix("").parts))
        for _, model in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(model, BaseModel) and model.__module__ == loaded.__name__:
                yield package, model
    for channel in CHANNELS:
        if channel.settings is not None:
            yield "caregiver_api", channel.settings


def test_every_setting_is_documented(root: Path) -> None:
    page = (root / "docs" / "settings.md").read_text()
    chapters = dict(re.findall(r"^## `(\w+)`.*\n([\s\S]*?)(?=^## |\Z)", page, re.MULTILINE))
    models = tuple(_models(root))
    assert {package for package, _ in models} >= {"hub", "caregiver_api"}
    missing = [
        f"{package}: {model.__name__}.{name}"
        for package, model in models
        for name in model.model_fields
        if f"`{name}`" not in chapters.get(package, "")
    ]
    assert not missing, "docs/settings.md does not know them"


def test_unknown_settings_are_errors(root: Path) -> None:
    lax = [
        f"{package}: {model.__name__}"
        for package, model in _models(root)
        if model.model_config.get("extra") != "forbid"
    ]
    assert not lax


def test_every_make_target_leads_somewhere(root: Path) -> None:
    text = (root / "Makefile").read_text()
    listed = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    assert listed == set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    for module in re.findall(r"-m (tests[\w.]+)", text):
        path = root / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    for script in re.findall(r"tools/\w+\.sh", text):
        assert (root / script).is_file()


def test_the_decisions_are_numbered_and_listed(root: Path) -> None:
    pages = sorted(path.name for path in (root / "docs" / "adr").glob("0*.md"))
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    index = (root / "docs" / "adr" / "README.md").read_text()
    assert all(f"({name})" in index for name in pages)
