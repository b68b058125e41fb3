# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.runtime.apartment_file import read_flat, utc_offsets
from hub.runtime.settings import SettingsError, read
from tests.hub.flat import ROOT


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tohuus.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[hub]\nprot = 1", "hub.prot"),
        ("[hub]\nport = 70000", "hub.port"),
        ("[hub]\ngroup_commit_s = 6", "hub.group_commit_s"),
        ("[hbu]\nport = 1", "hbu"),
        ("[hub.rules]\n'inactivity.no_such' = 3", "hub.rules.inactivity.no_such"),
        ("[hub.demo]\nstory = '192.0.2.1:9'", "hub.demo.story"),
        ("[hub.zigbee]\npath = ''", "hub.zigbee.path"),
        ("[hub\n", "-"),
    ],
)
def test_a_wrong_setting_is_named_with_file_key_and_what_was_expected(
    tmp_path: Path, text: str, key: str
):
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as wrong:
        read(path, {})
    assert (wrong.value.file, wrong.value.key) == (str(path), key)
    assert wrong.value.expected


def test_other_programs_tables_are_left_to_them(tmp_path: Path):
    path = write(tmp_path, "[caregiver_api]\nanything = 1\n[showcase]\nx = 2\n[hub]\nport = 0")
    settings = read(path, {"TOHUUS_HOME": str(tmp_path / "elsewhere")})
    assert settings.port == 0
    assert settings.home == tmp_path / "elsewhere" / "hub"
    assert settings.apartment == tmp_path / "apartment.toml"


def test_limits_are_set_by_rule_and_key(tmp_path: Path):
    path = write(tmp_path, "[hub.rules.inactivity]\nlimit_s = 8\n[hub.rules.help_call]\n")
    keys = set(read(path, {}).rules)
    assert keys == {"inactivity.limit_s"}


def test_the_clock_changes_of_berlin_are_written_out():
    steps = utc_offsets("Europe/Berlin")
    assert steps[0] == (0.0, 3600.0)
    assert (1774746000.0, 7200.0) in steps  # 2026-03-29 01:00 UTC
    assert (1792890000.0, 3600.0) in steps  # 2026-10-25 01:00 UTC


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('tz = "Europe/Berlin"', 'tz = "Nowhere/Land"', "tz"),
        ('role = "motion"', 'role = "camera"', "role"),
        ('id = "lamp-hall"', 'id = "lamp & hall"', "lamp & hall"),
        ("00:12:4b:00:aa:00:00:02", "00:12:4b:00:aa:00:00:01", "address"),
    ],
)
def test_a_wrong_apartment_file_is_named_with_its_key(tmp_path: Path, old: str, new: str, key: str):
    text = (ROOT / "showcase" / "apartment.toml").read_text()
    assert old in text
    path = tmp_path / "apartment.toml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(SettingsError) as wrong:
        read_flat(path)
    assert key in wrong.value.key


def test_bluetooth_keys_that_others_can_read_are_refused(tmp_path: Path):
    shutil.copy(ROOT / "showcase" / "apartment.toml", tmp_path)
    keys = tmp_path / "ble_keys.toml"
    keys.write_text('"C0:FF:EE:00:00:01" = "00112233445566778899aabbccddeeff"\n')
    keys.chmod(0o644)
    with pytest.raises(SettingsError, match="0600"):
        read_flat(tmp_path / "apartment.toml")
    keys.chmod(0o600)
    found = read_flat(tmp_path / "apartment.toml").registry.find("ble", "C0:FF:EE:00:00:01")
    assert found is not None
    assert found.key == bytes.fromhex("00112233445566778899aabbccddeeff")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


def test_wrong_use_ends_with_two_and_one_sentence(tmp_path: Path):
    done = run("--config", str(write(tmp_path, "[hub]\nprot = 1")))
    assert done.returncode == 2
    assert "hub.prot" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_wrong_setting_stands_in_a_line_of_its_own(tmp_path: Path):
    done = run("--config", str(write(tmp_path, "[hub]\nprot = 1\nport = 'x'\nsiren = 3\n")))
    assert done.returncode == 2
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "hub.port",
        "hub.siren",
        "hub.prot",
    ]


def test_files_that_are_named_lie_beside_the_settings_file(tmp_path: Path):
    (tmp_path / "ca.pem").touch()
    (tmp_path / "password").touch()
    text = "[hub]\nservice_ca = 'ca.pem'\n[hub.mqtt]\npassword_file = 'password'"
    settings = read(write(tmp_path, text), {})
    assert settings.service_ca == tmp_path / "ca.pem"
    assert settings.mqtt is not None
    assert settings.mqtt.password_file == tmp_path / "password"


def test_words_from_outside_lie_beside_the_settings_file_and_must_be_there(tmp_path: Path):
    (tmp_path / "words").mkdir()
    assert read(write(tmp_path, "[hub]\nwording = ['words']"), {}).wording == (tmp_path / "words",)
    with pytest.raises(SettingsError, match="a folder that is there"):
        read(write(tmp_path, "[hub]\nwording = ['wrods']"), {})
