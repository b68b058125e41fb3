# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import subprocess
import sys
import tomllib
from pathlib import Path


def test_every_layer_contract_is_kept(root: Path) -> None:
    said = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 broken" in said.stdout


def test_every_package_is_under_the_contracts_and_in_the_wheel(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    ours = {path.parent.name for path in root.glob("*/__init__.py")}
    assert set(project["tool"]["importlinter"]["root_packages"]) == ours
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == ours
    assert set(project["tool"]["mypy"]["files"]) == ours


def test_a_short_cut_would_be_noticed(tmp_path: Path, root: Path) -> None:
    """A copy of the packages in which the rules read a clock must break a contract."""
    for package in (
        "rules",
        "devices",
        "hub",
        "caregiver_api",
        "showcase",
        "design",
        "settings_errors",
        "tohuus",
    ):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "hub" / "forwarding").mkdir()
    (tmp_path / "hub" / "forwarding" / "__init__.py").write_text("from caregiver_api import wire\n")
    (tmp_path / "caregiver_api" / "wire.py").write_text("")
    (tmp_path / "rules" / "stillness.py").write_text("import time\n")
    (tmp_path / "hub" / "sender.py").write_text("import zigpy\nfrom caregiver_api import wire\n")
    (tmp_path / "showcase" / "director.py").write_text("from hub import sender\n")
    (tmp_path / "pyproject.toml").write_text((root / "pyproject.toml").read_text())
    said = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    broken = [line for line in said.stdout.splitlines() if line.endswith("BROKEN")]
    assert said.returncode == 1, said.stdout + said.stderr
    for contract in ("The rules are pure", "Radios and brokers", "The one line", "no short cut"):
        assert any(contract in line for line in broken), f"{contract} was not noticed: {broken}"
