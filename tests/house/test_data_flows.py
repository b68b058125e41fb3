# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
from pathlib import Path

from caregiver_api import wire
from rules.detectors.registry import DECLARED
from rules.model.apartment import Role, RoomType
from rules.model.consent import Basis, Purpose

ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_every_message_kind_stands_in_the_register_with_its_basis(root: Path) -> None:
    page = (root / "docs" / "data-flows.md").read_text()
    listed = {kind: basis.strip() for kind, basis in ROW.findall(page)}
    assert set(listed) == set(DECLARED)
    for kind, declared in DECLARED.items():
        need = declared.need
        words = need.basis.value.replace("_", " ")
        expected = f"{words} `{need.purpose.value}`" if need.purpose else words
        assert listed[kind] == expected, kind


def test_every_field_of_a_message_stands_in_the_register(root: Path) -> None:
    page = (root / "docs" / "data-flows.md").read_text()
    part = page.split("### Fields of such a message")[1].split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", part)) == set(wire.Alert.model_fields)


def test_every_purpose_and_basis_is_explained(root: Path) -> None:
    page = (root / "docs" / "data-flows.md").read_text()
    for purpose in Purpose:
        assert f"`{purpose.value}`" in page
    for basis in Basis:
        assert f"| {basis.value.replace('_', ' ')} |" in page


def test_every_command_of_the_service_stands_in_the_register(root: Path) -> None:
    page = (root / "docs" / "data-flows.md").read_text().split("## Other flows")[1]
    words = {
        wire.DownKind.ESCALATION_RUNNING: "escalation is running",
        wire.DownKind.NOBODY_REACHED: "nobody reached",
        wire.DownKind.SOMEBODY_REACHED: "somebody reached",
        wire.DownKind.CARER_ANSWERED: "on the way",
        wire.DownKind.CARER_CLOSED: "closed with reason",
        wire.DownKind.TEST_ALARM: "test alarm",
        wire.DownKind.ABSENCE: "absence",
        wire.DownKind.MONITORING_OFF: "monitoring off",
        wire.DownKind.WITHDRAWAL_CONFIRMED: "withdrawal carried out",
    }
    for kind in wire.DownKind:
        assert words[kind] in page, kind


def test_the_contracts_name_kinds_that_are_there(root: Path) -> None:
    page = (root / "docs" / "contracts.md").read_text()
    part = page.split("## What is asked, what is paged")[1].split("\n## ", maxsplit=1)[0]
    rows = re.findall(r"^\| (`[^|]+) \|", part, re.MULTILINE)
    named = {kind for row in rows for kind in re.findall(r"`(\w+)`", row)}
    assert len(named) >= 30
    assert named <= set(DECLARED)


def test_every_path_of_the_wire_stands_in_the_contracts(root: Path) -> None:
    page = (root / "docs" / "contracts.md").read_text()
    paths = [v for k, v in vars(wire).items() if k.startswith("PATH_")]
    assert len(paths) >= 4
    for path in paths:
        assert f"`{path}`" in page, path


def test_every_role_and_room_type_is_explained(root: Path) -> None:
    page = (root / "docs" / "apartment.md").read_text()
    said = set(re.findall(r"`(\w+)`", page.split("## Roles")[1]))
    assert {role.value for role in Role} <= said
    assert all(re.search(rf"\b{kind.value}\b", page) for kind in RoomType)
