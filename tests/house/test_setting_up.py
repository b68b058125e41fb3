# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import os
import subprocess
import sys
from pathlib import Path

SH = "/bin:/usr/bin"


def _fake(folder: Path, name: str, body: str) -> None:
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)


def _which(root: Path, path: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "tools" / "environment.sh", "which"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": path, "HOME": os.devnull, **more},
    )


def test_a_python_that_does_not_run_is_passed_over(root: Path, tmp_path: Path) -> None:
    _fake(tmp_path / "bin", "python3.13", "echo 'not installed here' >&2; exit 127")
    _fake(tmp_path / "bin", "python3.12", f'exec {sys.executable} "$@"')
    taken = _which(root, f"{tmp_path / 'bin'}:{SH}")
    assert taken.returncode == 0
    assert taken.stdout.strip() == str(tmp_path / "bin" / "python3.12")


def test_a_python_that_is_too_old_is_passed_over(root: Path, tmp_path: Path) -> None:
    _fake(tmp_path / "bin", "python3.13", "exit 1")
    _fake(tmp_path / "bin", "python3.12", "exit 1")
    _fake(tmp_path / "bin", "python3", "exit 1")
    _fake(tmp_path / "behind", "python3.12", f'exec {sys.executable} "$@"')
    taken = _which(root, f"{tmp_path / 'bin'}:{SH}", TOHUUS_PYTHON_FOLDERS=str(tmp_path / "behind"))
    assert taken.stdout.strip() == str(tmp_path / "behind" / "python3.12")


def test_without_a_python_it_says_one_sentence_and_exits_2(root: Path, tmp_path: Path) -> None:
    for name in ("python3.13", "python3.12", "python3"):
        _fake(tmp_path / "bin", name, "exit 1")
    taken = _which(root, f"{tmp_path / 'bin'}:{SH}", TOHUUS_PYTHON_FOLDERS="")
    assert taken.returncode == 2
    assert taken.stdout == ""
    assert len(taken.stderr.strip().splitlines()) == 1
    assert "3.12" in taken.stderr


def test_missing_system_packages_are_named_with_their_apt_line(root: Path, tmp_path: Path) -> None:
    _fake(tmp_path / "bin", "chromium", "exit 0")
    bash = tmp_path / "bin" / "bash"
    bash.symlink_to("/bin/bash")
    asked = subprocess.run(
        [bash, root / "tools" / "system_packages.sh"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path / "bin"), "TOHUUS_SYSTEM_FOLDERS": str(tmp_path)},
    )
    assert asked.returncode == 2
    assert "apt-get install --yes --no-install-recommends mosquitto dbus-daemon" in asked.stderr
    assert "chromium" not in asked.stderr
