# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus export`: what was kept comes out row by row, and the database is left as it is."""

import csv
import gzip
import json
import sqlite3
import stat
from pathlib import Path

import pytest

from tohuus import __main__ as tohuus

DATA = Path(__file__).parents[1] / "data"
ROWS = {"journal": 44, "incidents": 3, "audit": 13}


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A hub of release 0.1 that was stopped with a help call open."""
    monkeypatch.delenv("TOHUUS_HOME", raising=False)
    path = tmp_path / "tohuus.toml"
    path.write_text("[hub]\nport = 1\n")
    (tmp_path / "hub").mkdir()
    database = gzip.decompress((DATA / "hub-0.1.sqlite.gz").read_bytes())
    (tmp_path / "hub" / "hub.sqlite").write_bytes(database)
    return path


def export(config, *words):
    return tohuus.main(["export", *words, "--config", str(config)])


@pytest.mark.parametrize("what", ROWS)
def test_each_row_is_one_object_and_the_last_line_a_summary(config, capsys, what):
    before = (config.parent / "hub" / "hub.sqlite").read_bytes()
    assert export(config, what, "--json") == 0
    *rows, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert summary == {"summary": True, "what": what, "rows": ROWS[what]}
    assert len(rows) == ROWS[what]
    assert (config.parent / "hub" / "hub.sqlite").read_bytes() == before


@pytest.mark.parametrize("what", ROWS)
def test_a_table_names_its_columns_and_holds_the_same_rows(config, capsys, what):
    assert export(config, what, "--csv") == 0
    table = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert export(config, what, "--json") == 0
    *rows, _ = map(json.loads, capsys.readouterr().out.splitlines())
    assert [list(one) for one in table] == [list(one) for one in rows]
    assert len(table) == ROWS[what]


def test_a_press_and_what_came_of_it_can_be_read(config, capsys):
    export(config, "journal", "--json")
    journal = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    presses = [one for one in journal if one.get("kind") == "HelpPressed"]
    assert [one["payload"]["press"] for one in presses] == ["p1", "p2"]
    export(config, "incidents", "--json")
    cards = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (called,) = [one for one in cards if one.get("kind") == "help_call"]
    assert (called["opened"], called["count"], called["closed"]) == (presses[0]["seq"], 2, None)


def test_a_file_holds_the_rows_and_only_its_owner_can_read_it(config, capsys, tmp_path):
    out = tmp_path / "audit.jsonl"
    out.write_text("of yesterday")
    assert export(config, "audit", "--json", "--out", str(out)) == 0
    assert len(out.read_text().splitlines()) == ROWS["audit"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(capsys.readouterr().out)["rows"] == ROWS["audit"]


def test_a_hub_that_writes_meanwhile_is_not_held_up(config, capsys):
    database = config.parent / "hub" / "hub.sqlite"
    running = sqlite3.connect(database, isolation_level=None)
    running.execute("PRAGMA journal_mode = WAL")
    running.execute("BEGIN IMMEDIATE")
    running.execute("DELETE FROM audit WHERE n = 1")
    assert export(config, "audit", "--csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + ROWS["audit"]
    running.execute("COMMIT")
    running.close()


def test_where_no_hub_has_run_nothing_is_invented(config, capsys):
    (config.parent / "hub" / "hub.sqlite").unlink()
    assert export(config, "journal", "--csv") == 1
    assert "no hub has run here" in capsys.readouterr().err
    assert list((config.parent / "hub").iterdir()) == []


def test_a_database_of_a_version_to_come_is_named(config, capsys):
    with sqlite3.connect(config.parent / "hub" / "hub.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert export(config, "journal", "--json") == 1
    assert "the database is of version 99" in capsys.readouterr().err


def test_a_folder_that_does_not_exist_is_said(config, capsys, tmp_path):
    assert export(config, "audit", "--csv", "--out", str(tmp_path / "none" / "audit.csv")) == 1
    assert "none/audit.csv" in capsys.readouterr().err


def test_a_form_must_be_chosen(config, capsys):
    with pytest.raises(SystemExit) as wrong:
        export(config, "audit")
    assert wrong.value.code == 2
    assert "--csv" in capsys.readouterr().err
