# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
from collections.abc import Callable
from pathlib import Path

# Names of package registries and indexes, and homes of the machine something was written on.
REGISTRY = re.compile(
    r"(?:pypi|pythonhosted|npmjs|yarnpkg|crates|anaconda|ghcr|docker|piwheels)[.](?:org|com|io|net)",
    re.IGNORECASE,
)
INDEX_OPTION = re.compile(r"--(?:extra-)?index-url|--find-links|trusted-host", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:work|root|home/\w+|Users/\w+|opt/pypi\w*|tmp)/[\w.]")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|(?:ghp|glpat|xox[bp])[-_]\w{16,}")


def _lines(texts: dict[Path, str], pattern: re.Pattern[str]) -> list[tuple[Path, int, str]]:
    return [
        (path, number, line.strip())
        for path, text in texts.items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_address_stands_anywhere(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    assert not [f"{short(p)}:{n} {line}" for p, n, line in _lines(texts, REGISTRY)]


def test_no_lock_names_an_index(texts: dict[Path, str]) -> None:
    locks = {path: text for path, text in texts.items() if path.suffix == ".lock"}
    assert len(locks) == 3
    assert not _lines(locks, INDEX_OPTION)


def test_no_path_of_a_machine_stands_anywhere(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    assert not [f"{short(p)}:{n} {line}" for p, n, line in _lines(texts, MACHINE)]


def test_no_secret_stands_anywhere(texts: dict[Path, str], short: Callable[[Path], str]) -> None:
    assert not [f"{short(p)}:{n}" for p, n, _ in _lines(texts, SECRET)]


def test_the_patterns_find_what_they_look_for() -> None:
    assert REGISTRY.search("see https://" + "pypi" + ".org/simple")
    assert INDEX_OPTION.search("-" + "-index-url x")
    for path in (
        "/" + "work/main/hub",
        "'/" + "root/.venv'",
        "/" + "home/anna/tohuus",
        "/" + "tmp/x",
    ):
        assert MACHINE.search(path), path
    assert not MACHINE.search("docs" + "/" + "work/flow.md")
    assert not MACHINE.search("$HOME" + "/" + "tmp/x")
