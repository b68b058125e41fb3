# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Data of release 0.1 is brought up; data of a release to come is refused and not touched."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hub.ports import connect
from hub.runtime.settings import read
from hub.storage import audit
from hub.storage.crash_records import CrashRecords
from hub.storage.recovery import recover
from hub.storage.repair import open_journal
from hub.storage.schema import MIGRATIONS, migrate
from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.model.events import HelpPressed, HelpTakenBack
from rules.model.flat import Flat as RulesFlat
from rules.model.identity import DeviceId
from tests.hub.breaking import Healthy, assert_replay_is_bit_equal
from tests.hub.flat import FLAT, ROOT, Flat, SeededRandomness, outbox, virtual

DATA = ROOT / "tests" / "data"


def old_database(tmp_path: Path) -> Path:
    """The database of a hub of release 0.1: a help call and a fall that nobody has taken."""
    database = tmp_path / "hub" / "hub.sqlite"
    database.parent.mkdir()
    database.write_bytes(gzip.decompress((DATA / "hub-0.1.sqlite.gz").read_bytes()))
    return database


def test_a_hub_of_the_version_before_goes_on_with_its_incidents(tmp_path: Path):
    old_database(tmp_path)

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(agreed=False) as hub:
            panel = hub.view.panel()
            shown = [one for one in panel.incidents if one.kind != "power_was_off"]
            assert [(one.kind, one.phase, one.count, one.closed) for one in shown] == [
                ("possible_fall", "paged", 1, None),
                ("help_call", "paged", 2, None),
            ]
            assert [(one.kind, one.closed) for one in panel.past] == [
                ("fall_sensor", "resident_fine")
            ]
            assert {one.id for one in panel.incidents} == set(hub.memory.incidents())
            assert all(one.shines for one in shown)
            assert panel.agreement
            assert {one.state for one in panel.consents} == {"given"}
            waiting = hub.outbox.batch(["urgent"], 9)
            assert [(one.message.kind, one.message.count) for one in waiting] == [
                ("help_call", 1),
                ("help_call", 2),
                ("possible_fall", 1),
            ]
            assert all(one.message.need.basis for one in waiting)
            entries = hub.journal.read("SELECT * FROM audit ORDER BY n")
            assert audit.verify(entries) == len(entries) >= 13
            assert hub.journal.read("PRAGMA user_version") == [(len(MIGRATIONS),)]
            assert_replay_is_bit_equal(hub, Healthy())
            hub.inlet.append(HelpTakenBack(device=DeviceId("cord-bath"), at=hub.clock.axis()))
            assert outbox(hub)[-1] == ("help_call", 3)

    virtual(story())


def test_its_journal_alone_tells_the_same_without_a_snapshot(tmp_path: Path):
    database = old_database(tmp_path)
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM snapshot")
    connection.close()

    async def story() -> None:
        async with Flat(tmp_path).hub(agreed=False) as hub:
            called = {one.id for one in hub.view.panel().incidents if one.message is not None}
            assert called < set(hub.memory.incidents())
            assert len(called) == 2
            hub.snapshots.keep()
            assert_replay_is_bit_equal(hub, Healthy())

    virtual(story())


@pytest.mark.parametrize(
    ("second_way", "carer", "shines"),
    [(True, None, True), (True, "Anna", False), (False, None, False)],
)
def test_a_card_that_does_not_say_whether_its_light_shines_is_completed(
    second_way: bool, carer: str | None, shines: bool
):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    card = {"closed": None, "carer": carer, "second_way": second_way, "title": "Für später"}
    connection.execute("INSERT INTO incident VALUES ('a', 1, 1, ?)", (json.dumps(card),))
    connection.execute("PRAGMA user_version = 2")
    migrate(connection)
    ((text,),) = connection.execute("SELECT card FROM incident").fetchall()
    assert json.loads(text) == {**card, "shines": shines}
    connection.close()


def test_a_database_of_a_version_to_come_is_refused_and_not_touched(tmp_path: Path):
    database = old_database(tmp_path)
    with sqlite3.connect(database) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = database.read_bytes()
    shutil.copy(ROOT / "showcase" / "apartment.toml", tmp_path)
    config = tmp_path / "tohuus.toml"
    config.write_text("[hub]\nport = 0\n")
    command = [sys.executable, "-m", "hub", "--config", str(config)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    said = done.stderr
    assert f"of version {len(MIGRATIONS) + 1}, this Tohuus knows {len(MIGRATIONS)}" in said
    assert database.read_bytes() == before
    assert [one.name for one in database.parent.glob("hub.*")] == ["hub.sqlite"]


def test_the_settings_of_the_version_before_are_read(tmp_path: Path):
    shutil.copy(DATA / "hub-0.1.toml", tmp_path / "tohuus.toml")
    settings = read(tmp_path / "tohuus.toml", {})
    assert (settings.siren, settings.held_days, settings.backups) == (True, 365, 3)
    assert settings.apartment == tmp_path / "flat.toml"
    assert settings.zigbee is not None
    assert settings.mqtt is not None
    assert settings.ble is not None
    assert settings.demo is not None
    assert settings.limits().inactivity.limit_s == 7200
    assert settings.limits().stove_unattended.warn_s == 600
    assert settings.limits().off == {"leak", "heat"}
    assert (settings.zigbee.channel, settings.mqtt.port, settings.ble.limit_s) == (20, 8883, 9.0)
    plain = tomllib.loads((DATA / "hub-0.1.toml").read_text())["hub"]["rules"]
    set_ = {section: limits for section, limits in plain.items() if section != "off"}
    known = settings.limits().sections
    assert set_ == {one: asdict(known[one]) for one in set_}, "each is read as what it was"


def test_a_settings_file_of_a_version_to_come_is_refused_and_nothing_is_made(tmp_path: Path):
    config = tmp_path / "tohuus.toml"
    config.write_text("[hub]\nhome = 'data'\nlearned_days = 30\n[hub.rules.gait]\nslow_m_s = 0.4\n")
    before = config.read_bytes()
    command = [sys.executable, "-m", "hub", "--config", str(config)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    for key in ("hub.learned_days", "hub.rules.gait.slow_m_s"):
        assert f"{config}: {key}: " in done.stderr, done.stderr
    assert config.read_bytes() == before
    assert list(tmp_path.iterdir()) == [config]


def test_a_snapshot_of_a_version_to_come_is_refused_with_a_sentence_and_left_alone(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            flat.radio.say(
                HelpPressed(device=DeviceId("cord-bath"), at=hub.clock.axis(), press="1")
            )
        path = flat.settings.home / "hub.sqlite"
        to_come = b'{"version":99}'
        with sqlite3.connect(path) as database:
            assert database.execute("UPDATE snapshot SET state = ?", [to_come]).rowcount
        database.close()
        journal = open_journal(path, connect, SeededRandomness())
        rules = Engine(RulesFlat(apartment=FLAT.apartment, limits=SHIPPED))
        with capture_logs() as log:
            recovered = recover(journal, rules, CrashRecords(journal))
        (said,) = {one["fault"] for one in log if one["event"] == "snapshot_of_another_version"}
        assert said == "state of version 99; this release reads 1 to 3"
        assert recovered.memory.incidents.open, "the journal was replayed instead"
        assert {state for (state,) in journal.read("SELECT state FROM snapshot")} == {to_come}
        journal.close()

    virtual(story())
