# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

GPL = re.compile(r"(?<!L)(?<!Lesser )\b(?:A?GPL|GNU (?:Affero )?General Public)", re.IGNORECASE)


def _closure(name: str, extras: frozenset[str]) -> set[str]:
    """Return all distributions that installing name[extras] brings here."""
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(name, extras)]
    while todo:
        item = todo.pop()
        if item in seen:
            continue
        seen.add(item)
        for line in metadata.requires(item[0]) or []:
            need = Requirement(line)
            asked = item[1] or {""}
            if need.marker is None or any(need.marker.evaluate({"extra": x}) for x in asked):
                todo.append((canonicalize_name(need.name), frozenset(need.extras)))
    return {name for name, _ in seen}


def _licence(name: str) -> str:
    facts = metadata.metadata(name)
    text = [facts.get("License-Expression") or "", (facts.get("License") or "").split("\n")[0]]
    text += [c for c in facts.get_all("Classifier", []) if c.startswith("License")]
    return " | ".join(filter(None, text))


def _gpl(names: set[str]) -> set[str]:
    return {name for name in names if GPL.search(_licence(name))}


def test_the_care_service_has_no_gpl_part(root: Path) -> None:
    parts = _closure("tohuus", frozenset({"service"})) - {"tohuus"}
    assert {"fastapi", "sqlalchemy", "cryptography"} <= parts
    assert not _gpl(parts)
    unnamed = {name for name in parts if not _licence(name)}
    assert not unnamed, "a part without a licence cannot be judged"
    lock = (root / "requirements-service.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert parts <= locked, parts - locked
    assert not _gpl(locked & {canonicalize_name(d.name) for d in metadata.distributions()})


def test_plain_tohuus_has_no_gpl_part() -> None:
    parts = _closure("tohuus", frozenset()) - {"tohuus"}
    assert "structlog" in parts
    assert not _gpl(parts)


def test_the_walk_sees_the_gpl_where_it_is() -> None:
    parts = _closure("tohuus", frozenset({"hub"}))
    assert "zigpy" in _gpl(parts)


def test_lesser_is_not_mistaken_for_the_gpl() -> None:
    assert GPL.search("GPL-3.0-or-later")
    assert GPL.search("GNU General Public License v3 (GPLv3)")
    assert not GPL.search("LGPL-2.1-only")
