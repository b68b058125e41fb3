# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-service.lock")
PACKAGES = (
    "hub",
    "devices",
    "rules",
    "caregiver_api",
    "showcase",
    "design",
    "settings_errors",
    "tohuus",
)
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def _pins(root: Path, lock: str) -> dict[str, str]:
    return dict(PIN.findall((root / lock).read_text()))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash_and_nothing_else_is_locked(root: Path, lock: str) -> None:
    text = (root / lock).read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    for block in blocks:
        assert PIN.match(block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "git+" not in text
    assert " @ " not in text


def test_tools_and_service_use_the_pins_of_the_run_time(root: Path) -> None:
    run = _pins(root, "requirements.lock")
    assert run.items() <= _pins(root, "requirements-dev.lock").items()
    assert _pins(root, "requirements-service.lock").items() <= run.items()


def test_the_locks_hold_what_the_project_asks_for(root: Path) -> None:
    table = tomllib.loads((root / "pyproject.toml").read_text())
    asked = [*table["project"]["dependencies"]]
    for extra in table["project"]["optional-dependencies"].values():
        asked += extra
    run = _pins(root, "requirements.lock")
    tools = _pins(root, "requirements-dev.lock")
    groups = table["dependency-groups"]
    for pins, wanted in ((run, asked + groups["build"]), (tools, groups["dev"])):
        for requirement in map(Requirement, wanted):
            name = canonicalize_name(requirement.name)
            if name != "tohuus":
                assert requirement.specifier.contains(pins[name]), f"{requirement} but {pins[name]}"


def test_no_radio_library_below_zha_is_named(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    named = {Requirement(line).name for line in project["optional-dependencies"]["hub"]}
    assert {"zha", "zha-quirks"} <= named
    assert not [name for name in named if name.startswith(("zigpy", "bellows"))]


def test_no_locked_distribution_provides_one_of_our_names() -> None:
    providers = metadata.packages_distributions()
    for package in (*PACKAGES, "tests", "docs"):
        assert set(providers.get(package, ["tohuus"])) == {"tohuus"}, package


def test_what_is_installed_is_what_is_locked(root: Path) -> None:
    locked = _pins(root, "requirements-dev.lock")
    installed = {canonicalize_name(d.name): d.version for d in metadata.distributions()}
    other = {n: v for n, v in installed.items() if n in locked and Version(locked[n]) != Version(v)}
    assert not other
