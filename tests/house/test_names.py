# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import importlib
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGES = (
    "rules",
    "devices",
    "hub",
    "caregiver_api",
    "showcase",
    "design",
    "settings_errors",
    "tohuus",
)
FOLDERS = "|".join((*PACKAGES, "tests", "tools", "docs"))
NAMED = re.compile(rf"`((?:{FOLDERS})(?:/[\w.*-]+)+/?)`")
DOTTED = re.compile(rf"(?<![\w./\[-])((?:{'|'.join(PACKAGES)})(?:\.\w+)+)(?![\w/=-])")
FILES = {"md", "toml", "sqlite", "suspect", "key", "port", "db"}
"""What stands behind the dot of a file: `tohuus.toml` names no module."""
OURS = re.compile(rf"(?:{'|'.join(PACKAGES)})\b[\w.*]*")


def _settings(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "pyproject.toml").read_text())


def _modules(contracts: object) -> Iterator[str]:
    """Yield every module of ours that a layer contract names."""
    match contracts:
        case dict():
            for key, value in contracts.items():
                if key != "name":
                    yield from _modules(value)
        case list():
            for value in contracts:
                yield from _modules(value)
        case str():
            yield from OURS.findall(contracts)


def test_every_file_named_by_a_lint_rule_exists(root: Path) -> None:
    named = _settings(root)["tool"]["ruff"]["lint"]["per-file-ignores"]
    assert not [name for name in named if not any(root.glob(name))]


def test_every_module_named_by_a_layer_contract_exists(root: Path) -> None:
    named = set(_modules(_settings(root)["tool"]["importlinter"]))
    assert {"rules", "caregiver_api.wire", "hub.forwarding"} <= named
    paths = {name: name.rstrip(".*").replace(".", "/") for name in named}
    gone = [
        name
        for name, path in paths.items()
        if not (root / path).is_dir() and not (root / f"{path}.py").is_file()
    ]
    assert not gone


def test_every_file_of_the_distribution_exists(root: Path) -> None:
    settings = _settings(root)
    targets = settings["tool"]["hatch"]["build"]["targets"]
    named = [settings["project"]["readme"], *settings["project"]["license-files"]]
    named += [*targets["wheel"]["packages"], *targets["sdist"]["exclude"]]
    named += [
        *settings["tool"]["mypy"]["files"],
        *settings["tool"]["coverage"]["run"]["source_pkgs"],
    ]
    assert not [name for name in named if not (root / name).exists()]


def test_every_file_named_in_a_page_exists(
    root: Path, texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    gone = [
        f"{short(page)}: {name}"
        for page, text in texts.items()
        if page.suffix == ".md"
        for name in NAMED.findall(text)
        if not any(root.glob(name.rstrip("/")))
    ]
    assert not gone


def _exists(name: str) -> bool:
    """Say whether a dotted name leads to a module, or to something in one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        found: object = module
        for part in parts[end:]:
            declared = getattr(found, "__annotations__", {})
            if not hasattr(found, part) and part not in declared:
                return False
            found = getattr(found, part, None)
        return True
    return False


def test_every_dotted_name_in_a_page_exists(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    gone = sorted(
        f"{short(page)}: {name}"
        for page, text in texts.items()
        if page.suffix == ".md" and page.name != "CHANGELOG.md"
        for name in set(DOTTED.findall(text))
        if name.rpartition(".")[2] not in FILES and not _exists(name)
    )
    assert not gone


def test_a_dotted_name_that_is_gone_would_be_noticed() -> None:
    text = "`rules.engine.engine.Engine.advance`, `hub.hops` and [hub.zigbee] in `hub.toml`"
    names = DOTTED.findall(text)
    assert names == ["rules.engine.engine.Engine.advance", "hub.hops", "hub.toml"]
    assert [_exists(name) for name in names[:2]] == [True, False]
