# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo's folder at a second start."""

import json
from dataclasses import asdict

import pytest

from showcase.processes.home import Home


@pytest.fixture
def paired(tmp_path):
    (tmp_path / "hub").mkdir()
    file = tmp_path / "hub" / "pairing.json"
    file.write_text('{"service_url": "http://127.0.0.1:8441", "hub_id": "7", "service_key": "k"}')
    return file


def test_a_hub_started_with_other_ports_finds_its_service(tmp_path, paired):
    Home(tmp_path).service_at("http://127.0.0.1:9641")
    told = json.loads(paired.read_text())
    assert told == {"service_url": "http://127.0.0.1:9641", "hub_id": "7", "service_key": "k"}
    assert paired.stat().st_mode & 0o077 == 0


def test_a_hub_that_is_not_paired_is_told_nothing(tmp_path):
    Home(tmp_path).service_at("http://127.0.0.1:9641")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_an_older_demo_is_taken_on(tmp_path):
    first = Home(tmp_path).open(lambda: "word", lambda: "0291", lambda: "00" * 16)
    file = tmp_path / "showcase" / "kept.json"
    file.write_text(json.dumps({k: v for k, v in asdict(first).items() if k != "ble_key"}))
    again = Home(tmp_path).open(lambda: "other", lambda: "1", lambda: "ab" * 16)
    assert (again.pin, again.ble_key) == ("0291", "ab" * 16)
