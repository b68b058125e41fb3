# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
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
