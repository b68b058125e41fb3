# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept: audit chain, clearing up, copies, and what the doctor says of it."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from hub.doctor import examine
from hub.ports import connect
from hub.storage import audit
from hub.storage.backup import copy, daily_copy, restore
from hub.storage.journal import Journal
from hub.storage.schema import NewerDatabase, migrate
from rules.model.consent import ConsentState
from rules.model.events import HelpPressed, Motion, MotionEnded
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, SeededRandomness, outbox, rows, virtual

DAY_S = 86400.0
CORD = DeviceId("cord-bath")


def test_every_later_change_of_the_audit_is_seen(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            hub.resident.help()
            chain = hub.journal.read("SELECT * FROM audit ORDER BY n")
            assert audit.verify(chain) == len(chain) >= 8
            actions = [row[4] for row in chain]
            assert actions[0] == "agreement"
            assert "sent_help_agreement" in actions
            changed = [*chain]
            changed[2] = (*chain[2][:4], "consent_refused", *chain[2][5:])
            with pytest.raises(audit.Broken) as broken:
                audit.verify(changed)
            assert broken.value.n == 3
            with pytest.raises(audit.Broken):
                audit.verify([*chain[:3], *chain[4:]])

    virtual(story())


def test_ordinary_rows_go_after_their_time_and_consents_stay(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path, ordinary_days=1, backups=0)
        flat.settings = flat.settings.model_copy(update={"held_days": 3})
        async with flat.hub() as hub:
            flat.radio.say(Motion(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            flat.radio.say(MotionEnded(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="1"))
            await asyncio.sleep(2.2 * DAY_S)
            assert "Motion" not in rows(hub)
            assert "HelpPressed" in rows(hub)
            await asyncio.sleep(2 * DAY_S)
            assert "HelpPressed" not in rows(hub)
            assert rows(hub).count("ConsentChanged") == 6
            before = hub.memory.written()
            register = hub.memory.register
        async with flat.hub() as hub:
            assert hub.memory.register == register
            assert before != b""
            # An open call is never cleared away.
            assert [one.kind for one in hub.view.panel().incidents if one.kind == "help_call"]

    virtual(story())


def test_a_restored_journal_has_a_new_name_and_the_old_memory(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        database = tmp_path / "hub" / "hub.sqlite"
        async with flat.hub() as hub:
            hub.resident.help()
            await asyncio.sleep(6)
            copy(database, tmp_path / "saved.sqlite")
            old, incident = hub.journal.id, hub.view.panel().incidents[0].id
        name = restore(tmp_path / "saved.sqlite", database, SeededRandomness(9))
        async with flat.hub() as hub:
            assert hub.journal.id == name != old
            assert hub.memory.register.help_agreement
            assert hub.memory.register.given == frozenset()
            states = {one.state for one in hub.view.panel().consents}
            assert states == {ConsentState.EXPIRED}
            assert [one.id for one in hub.view.panel().incidents] == [incident]
            await asyncio.sleep(3600)
            hub.resident.help()
            assert len({one.id for one in hub.view.panel().incidents}) == 2
            assert outbox(hub)[-1] == ("help_call", 1)

    virtual(story())


def test_an_unusable_copy_changes_nothing(tmp_path: Path):
    database = tmp_path / "hub.sqlite"
    Journal(connect(database), randomness=SeededRandomness()).close()
    (tmp_path / "bad.sqlite").write_bytes(b"no database" * 100)
    before = database.read_bytes()
    with pytest.raises(Exception, match="database"):
        restore(tmp_path / "bad.sqlite", database, SeededRandomness())
    assert database.read_bytes() == before


def test_the_newest_daily_copies_stay(tmp_path: Path):
    journal = Journal(connect(tmp_path / "hub.sqlite"), randomness=SeededRandomness())
    made = [daily_copy(tmp_path / "hub.sqlite", keep=2) for _ in range(4)]
    kept = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert kept == ["hub-000003.sqlite", "hub-000004.sqlite"]
    assert made[-1] is not None
    assert made[-1].stat().st_mode & 0o077 == 0
    journal.close()


def test_a_newer_database_is_not_touched(tmp_path: Path):
    connection = connect(tmp_path / "hub.sqlite")
    migrate(connection)
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerDatabase) as newer:
        migrate(connection)
    assert newer.value.found == 99
    connection.close()


def test_the_doctor_names_what_is_not_well(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            hub.resident.help()
            await asyncio.sleep(6)

    virtual(story())
    flat = Flat(tmp_path)
    (tmp_path / "hub" / "hub.key").chmod(0o644)
    connection = connect(tmp_path / "hub" / "hub.sqlite")
    connection.execute("UPDATE audit SET subject = 'nobody' WHERE n = 4")
    connection.close()
    found = {one.what: one for one in examine(flat.settings)}
    assert found["journal file"].ok
    assert found["audit chain"].ok is False
    assert "4" in found["audit chain"].detail
    assert found["hub.key"].ok is False
    assert found["outbox"].ok is False
    assert found["radios"].ok is False
    assert found["apartment file"].ok is False


def damage(database: Path) -> None:
    """What a dying card does: pages in the middle turn into noise."""
    raw = bytearray(database.read_bytes())
    for page in range(1, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    database.write_bytes(raw)


async def lived_day(flat: Flat) -> None:
    async with flat.hub() as hub:
        for number in range(200):
            kind = Motion if number % 2 else MotionEnded
            flat.radio.say(kind(device=DeviceId("motion-hall"), at=hub.clock.axis()))
        hub.resident.help()
        await asyncio.sleep(6)


def told_of_files(hub: Hub) -> list[dict[str, str | float]]:
    return [one.detail for one in hub.view.panel().incidents if one.kind == "row_quarantined"]


def test_a_damaged_database_makes_room_for_the_newest_copy(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        database = tmp_path / "hub" / "hub.sqlite"
        await lived_day(flat)
        daily_copy(database, keep=3)
        damage(database)
        async with flat.hub(agreed=False) as hub:
            assert hub.memory.register.help_agreement
            assert "HelpPressed" in rows(hub)
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="2"))
            assert outbox(hub)[-1][0] == "help_call"
            assert told_of_files(hub) == [{"file": "hub.sqlite", "instead": "copy"}]
        assert (tmp_path / "hub" / "hub.broken-1").exists()
        async with flat.hub(agreed=False) as hub:
            assert rows(hub).count("FilePutAside") == 1

    virtual(story())


def test_damage_found_while_running_is_looked_at_closely_at_the_next_start(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        database = tmp_path / "hub" / "hub.sqlite"
        await lived_day(flat)
        daily_copy(database, keep=3)
        fault = sqlite3.DatabaseError("database disk image is malformed")
        fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        with pytest.raises(BaseExceptionGroup):
            await broken_by(fault, flat)
        assert (tmp_path / "hub" / "hub.suspect").exists()
        async with flat.hub(agreed=False) as hub:
            assert hub.memory.register.help_agreement
        assert not (tmp_path / "hub" / "hub.suspect").exists()
        assert not (tmp_path / "hub" / "hub.broken-1").exists()

    virtual(story())


async def broken_by(fault: Exception, flat: Flat) -> None:
    async with flat.hub(agreed=False) as hub:
        hub.incidents.fold = raising(fault)
        with contextlib.suppress(sqlite3.DatabaseError):
            hub.resident.help()
        await asyncio.sleep(1)


def raising(fault: Exception):
    def fold(*_: object) -> None:
        raise fault

    return fold


def test_without_a_copy_the_hub_begins_anew_rather_than_not_at_all(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        database = tmp_path / "hub" / "hub.sqlite"
        await lived_day(flat)
        database.write_bytes(b"this was a database once" * 1000)
        async with flat.hub(agreed=False) as hub:
            assert rows(hub)[0] == "Booted"
            assert not hub.memory.register.help_agreement
            assert told_of_files(hub) == [{"file": "hub.sqlite", "instead": "nothing"}]
            assert outbox(hub) == [("row_quarantined", 1)]
        assert (tmp_path / "hub" / "hub.broken-1").exists()

    virtual(story())
