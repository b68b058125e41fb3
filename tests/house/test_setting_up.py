# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import os
import subprocess
import sys
import time
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


PIP = """case "$*" in
  *version_info*) exit 0 ;;
  --version) echo Python 3.13.0 ;;
  "-m venv"*) mkdir -p .venv/bin; ln -sf "$0" .venv/bin/python ;;
  *requirements.lock*)
    for number in $(seq 40); do echo "Collecting package-$number"; done
    %s ;;
  *) echo "Successfully installed much" ;;
esac"""


def _install(root: Path, tmp_path: Path, then: str) -> subprocess.Popen[str]:
    """Make the environment of an empty house with a pip that ends as told; output goes to `said`."""
    house = tmp_path / "house"
    (house / "tools").mkdir(parents=True)
    for name in ("tools/environment.sh", "pyproject.toml"):
        (house / name).write_bytes((root / name).read_bytes())
    (house / "tools" / "environment.sh").chmod(0o755)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (house / name).write_text("".join(f"package-{number}==1\n" for number in range(40)))
    _fake(tmp_path / "bin", "python3.13", PIP % then)
    with (tmp_path / "said").open("w") as said, (tmp_path / "complained").open("w") as complained:
        return subprocess.Popen(
            [house / "tools" / "environment.sh", "run"],
            text=True,
            stdout=said,
            stderr=complained,
            env={
                "PATH": f"{tmp_path / 'bin'}:{SH}",
                "HOME": os.devnull,
                "TOHUUS_LOOK_S": "0.01",
                "TOHUUS_TELL_S": "0",
            },
        )


def _until(path: Path) -> None:
    latest = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < latest, path


def test_installing_says_what_and_how_far_and_nothing_else(root: Path, tmp_path: Path) -> None:
    waits = f"until grep -q '40 of 40 fetched' {tmp_path / 'said'}; do :; done"
    assert _install(root, tmp_path, waits).wait(30) == 0
    said = (tmp_path / "said").read_text()
    assert "Installing 40 packages" in said
    assert "about a minute" in said
    assert "Collecting" not in said
    assert (tmp_path / "complained").read_text() == ""


def test_a_failed_installation_shows_all_that_was_said(root: Path, tmp_path: Path) -> None:
    assert _install(root, tmp_path, "echo 'no such hash' >&2; exit 3").wait(30) == 1
    complained = (tmp_path / "complained").read_text()
    assert complained.count("Collecting") == 40
    assert "no such hash" in complained
    assert not (tmp_path / "house" / ".venv" / "tohuus-stamp").exists()


def test_an_installation_that_is_stopped_leaves_nothing_running(root: Path, tmp_path: Path) -> None:
    gone, runs = tmp_path / "gone", tmp_path / "runs"
    waits = f"trap 'touch {gone}; exit 1' TERM; touch {runs}; while :; do :; done"
    running = _install(root, tmp_path, waits)
    _until(runs)
    running.terminate()
    assert running.wait(30) == 130
    _until(gone)
