# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A database of the first release is brought up and goes on; one of a version to come is left alone."""

import gzip
import shutil
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest

from caregiver_api.platform.migrations import VERSION, DatabaseTooNew
from caregiver_api.platform.store import Store
from caregiver_api.settings import read
from tests.caregiver_api.world import T0, World

FIRST_RELEASE = Path(__file__).parents[1] / "data" / "service-0.1.sqlite.gz"
"""Lead, Anna and Bo; a flat with both on two rungs; one incident each closed, noted for the digest,
taken by Bo (there in ten minutes), and running since five seconds with Anna paged."""


class Disk:
    def __init__(self, path: Path) -> None:
        self._path = path

    def connect(self, _name: str) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "service.db"
    path.write_bytes(gzip.decompress(FIRST_RELEASE.read_bytes()))
    return path


async def test_an_open_incident_of_the_first_release_goes_on_escalating(database: Path):
    world = World(disk=Disk(database))
    world.clock.go(7.0)
    await world.start()
    world.lead = await world.log_in("lead")
    world.anna, world.bo = await world.log_in("anna"), await world.log_in("bo")
    before = {one["kind"]: one for one in (await world.overview(world.lead))["alerts"]}
    assert before["help_call"]["standing"] == "running"
    assert before["help_call"]["next"]["names"] == ["Bo"]
    assert (before["leak"]["standing"], before["leak"]["owner"]["name"]) == ("on_the_way", "Bo")
    assert world.service.time.now() < T0 + 62.0
    await world.pass_time(60.0)
    assert world.rung() == [("Bo", "urgent")]
    accepted = await world.anna.post(
        f"/v1/alerts/{before['help_call']['incident_id']}/accept", json={"minutes": 5}
    )
    assert accepted.json()["owner"]["name"] == "Anna"
    await world.pass_time(900.0)
    recent = {one["kind"]: one for one in (await world.overview(world.lead))["alerts"]}
    assert recent["battery_low"]["standing"] == "noted", "its digest was told"
    await world.stop()


async def test_what_was_brought_up_is_written_as_before(database: Path):
    def look() -> list[Any]:
        with sqlite3.connect(database) as raw:
            return raw.execute(
                "SELECT id, state, alert, due_s FROM incident ORDER BY id"
            ).fetchall()

    before = look()
    world = World(disk=Disk(database))
    world.clock.go(7.0)
    await world.start()
    await world.stop()
    assert look() == before
    with sqlite3.connect(database) as raw:
        (version,) = raw.execute("SELECT value FROM note WHERE name = 'schema'").fetchone()
        assert int(version) == VERSION
        assert raw.execute("SELECT count(*) FROM address").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM page WHERE address IS NULL").fetchone() > (0,)


async def test_a_database_of_a_version_to_come_is_refused_and_left_as_it_was(database: Path):
    with sqlite3.connect(database) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("UPDATE note SET value = ? WHERE name = 'schema'", (str(VERSION + 1),))
        raw.execute("DROP TABLE reach")
    raw.close()
    before = database.read_bytes()
    store = Store.at(database)
    with pytest.raises(DatabaseTooNew, match=str(VERSION + 1)):
        await store.open()
    await store.close()
    assert database.read_bytes() == before


def test_the_settings_of_the_first_release_are_read_as_what_they_were(tmp_path: Path):
    file = FIRST_RELEASE.with_name("service-0.1.toml")
    shutil.copy(file, tmp_path / "tohuus.toml")
    settings = read(tmp_path / "tohuus.toml", {}).model_dump(mode="json", exclude_unset=True)
    written = tomllib.loads(file.read_text())["caregiver_api"]
    assert settings.pop("home") == str(tmp_path / written.pop("home"))
    assert settings == written
