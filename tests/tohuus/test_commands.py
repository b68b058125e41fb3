# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line: names, exit codes, and sentences for people."""

import sqlite3

import pytest

from tohuus import __main__ as tohuus

SETTINGS = """
[hub]
port = 1
apartment = "flat.toml"
[caregiver_api]
port = 1
"""
FLAT = """
[flat]
id = "flat-1"
name = "Wohnung 1"
tz = "Europe/Berlin"
[[rooms]]
id = "bath"
type = "bathroom"
name = "Bad"
[[devices]]
id = "cord-bath"
role = "help"
room = "bath"
name = "Zugschnur"
source = "zigbee"
address = "00:12:4b:00:aa:00:00:01"
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.delenv("TOHUUS_HOME", raising=False)
    (tmp_path / "flat.toml").write_text(FLAT)
    path = tmp_path / "tohuus.toml"
    path.write_text(SETTINGS)
    return path


def test_every_command_has_a_module_that_can_run():
    import importlib

    for module, line in tohuus.COMMANDS.values():
        loaded = importlib.import_module(module)
        assert callable(loaded.add_arguments)
        assert callable(loaded.run)
        assert line


def test_no_command_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as wrong:
        tohuus.main([])
    assert wrong.value.code == 2


@pytest.mark.parametrize("words", [["--json"], ["--without", "rule"]])
def test_what_the_open_demo_cannot_do_is_refused_before_it_starts(words, capsys):
    assert tohuus.main(["demo", *words]) == 2
    assert "--once" in capsys.readouterr().err


def test_ports_beyond_the_last_are_wrong_use(capsys):
    with pytest.raises(SystemExit) as end:
        tohuus.main(["demo", "--port-base", "65534"])
    assert end.value.code == 2
    assert "0 to 65533" in capsys.readouterr().err


def test_a_good_configuration_is_read_and_nothing_is_started(config, capsys):
    assert tohuus.main(["check-config", "--config", str(config)]) == 0
    assert "Wohnung 1, 1 rooms, 1 devices" in capsys.readouterr().out
    assert not (config.parent / "hub").exists()


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("tohuus.toml", "[hub]\nprot = 1\n", "hub.prot"),
        ("tohuus.toml", "[caregiver_api]\nport = 'x'\n[hub]\napartment='flat.toml'", "port"),
        ("flat.toml", FLAT.replace("bathroom", "spaceship"), "rooms[0].type"),
        ("tohuus.toml", "[hub\n", "TOML"),
    ],
)
def test_a_wrong_configuration_names_file_and_key(config, capsys, file, text, key):
    (config.parent / file).write_text(text)
    assert tohuus.main(["check-config", "--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert file in said
    assert key in said


@pytest.mark.parametrize("table", ["hub", "caregiver_api"])
def test_a_file_of_words_that_cannot_be_used_is_named(config, capsys, table):
    words = config.parent / "words"
    words.mkdir()
    apartment = "[hub]\napartment = 'flat.toml'\n"
    named = f"[{table}]\n" if table != "hub" else ""
    config.write_text(apartment + named + "wording = ['words']\n")
    (words / "fridge_left_open.toml").write_text("[de]\ntitle = 'Kühlschrank steht offen'\n")
    assert tohuus.main(["check-config", "--config", str(config)]) == 0
    (words / "fridge_left_open.toml").write_text("[de]\nheading = 'Kühlschrank'\n")
    assert tohuus.main(["check-config", "--config", str(config)]) == 2
    assert "fridge_left_open.toml: expected one of advice" in capsys.readouterr().err


def test_every_fault_of_a_configuration_is_named_once(config, capsys):
    config.write_text(
        "[hbu]\nport = 1\n"
        "[hub]\nprot = 1\nport = 70000\nwall_clock = 'always'\napartment = 'flat.toml'\n"
        "[hub.rules]\n'inactivity.limt_s' = 3\n'inactivity.limit_s' = -3\n"
        "[hub.zigbee]\nchannel = 99\n"
        "[hub.mqtt]\npasword = 'geheim'\n"
        "[caregiver_api]\nday_start_h = 9\ntz = 'Mars/Base'\nwebhook = 3\n"
    )
    (config.parent / "flat.toml").write_text(
        FLAT.replace("bathroom", "spaceship").replace('role = "help"', 'role = "camera"')
        + "silent_afer_s = 3\n[[devces]]\nid = 'x'\n"
    )
    assert tohuus.main(["check-config", "--config", str(config)]) == 2
    said = capsys.readouterr().err
    for fault in (
        "tohuus.toml: hbu: expected one of the tables caregiver_api, hub, showcase",
        "hub.prot: expected a known key, perhaps port",
        "hub.port: expected a number of at most 65535, not 70000",
        "hub.wall_clock: expected one of kernel, trusted",
        "hub.rules.inactivity.limt_s: expected a known key, perhaps inactivity.limit_s",
        "hub.rules.inactivity.limit_s: expected a number, 0 or more",
        "hub.zigbee.path: expected a value: it is needed",
        "hub.zigbee.channel: expected a number of at most 26, not 99",
        "hub.mqtt.pasword: expected a known key, perhaps password_file",
        "caregiver_api.day_start_h: expected a known key, perhaps day_starts_h",
        "caregiver_api.tz: expected a time zone",
        "caregiver_api.webhook: expected a table, not 3",
        "flat.toml: rooms[0].type: expected one of",
        "flat.toml: devices[0].role: expected one of",
        "flat.toml: devices[0].silent_afer_s: expected a known key, perhaps silent_after_s",
        "flat.toml: devces: expected a known key, perhaps devices",
    ):
        assert said.count(fault) == 1, fault
    assert len(said.splitlines()) == 16
    assert "geheim" not in said


def test_devices_of_a_hub_that_never_ran_are_not_invented(config, capsys):
    assert tohuus.main(["devices", "--config", str(config)]) == 1
    assert "no hub has run here" in capsys.readouterr().err


def test_an_empty_house_has_no_record_to_verify(config, capsys):
    assert tohuus.main(["audit", "verify", "--config", str(config)]) == 1
    assert "anything yet" in capsys.readouterr().err


@pytest.mark.parametrize(("changed", "code"), [(False, 0), (True, 1)])
def test_a_changed_entry_of_the_record_is_found(config, capsys, changed, code):
    from hub.storage.audit import GENESIS, link

    home = config.parent / "hub"
    home.mkdir()
    with sqlite3.connect(home / "hub.sqlite") as database:
        database.execute("CREATE TABLE audit (n, at, utc_s, actor, action, subject, hash)")
        before = GENESIS
        for n in (1, 2, 3):
            content = (n, float(n), None, "resident", "consent", "falls")
            before = link(before, content)
            database.execute("INSERT INTO audit VALUES (?,?,?,?,?,?,?)", (*content, before))
        if changed:
            database.execute("UPDATE audit SET actor = 'nobody' WHERE n = 2")
    database.close()
    assert tohuus.main(["audit", "verify", "--config", str(config)]) == code
    said = capsys.readouterr()
    assert ("entry 2" in said.err) is changed
