# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The written state: versioned JSON, memories by detector name, read back bit-equal."""

import json
from collections.abc import Mapping
from typing import Any, Final, get_type_hints

from rules.engine.migration import from_first_release
from rules.engine.roster import Roster
from rules.engine.schedule import whole
from rules.engine.state import State
from rules.incidents.incidents import Incidents
from rules.model.codec import encode, reader
from rules.model.identity import Seconds
from rules.situation.situation import Situation

VERSION: Final = 3
"""Version of the written form; raise it with every change that an older one cannot be read as."""

_NOT_WRITTEN: Final = frozenset({"late", "apartment", "limits", "open"})
"""Fields of the situation that come from elsewhere when it is read."""
SITUATION: Final = {
    name: kind for name, kind in get_type_hints(Situation).items() if name not in _NOT_WRITTEN
}
"""Fields of the situation that are written, and their types."""
INCIDENTS: Final = {name: kind for name, kind in get_type_hints(Incidents).items() if name != "due"}
DEFERRED: Final = dict[str, Seconds]


class StateError(ValueError):
    """A written state cannot be read; nothing was touched, the journal is replayed instead.

    Attributes:
        fault: what was found.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def dump(roster: Roster, state: State) -> bytes:
    """Write a state as JSON: equal histories give equal bytes.

    The order of dictionaries is kept: incidents are worked through in the order they opened.
    """
    body = {
        "version": VERSION,
        "situation": {key: encode(getattr(state.situation, key)) for key in SITUATION},
        "memories": {
            name: encode(memory) for name, memory in zip(roster.names, state.memories, strict=True)
        },
        "incidents": {key: encode(getattr(state.incidents, key)) for key in INCIDENTS},
        "deferred": encode(state.deferred),
    }
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def load(roster: Roster, written: bytes) -> State:
    """Read a state back; `dump(load(x)) == x`.

    What versions 1 and 2 wrote is brought up. A detector that was not there when it was written
    begins blind, one that is gone is left out.

    Raises:
        StateError: torn, or written by a release to come; the hub then replays its journal.
    """
    try:
        body = json.loads(written)
        version = body["version"]
        if type(version) is not int or not 1 <= version <= VERSION:
            raise StateError(f"state of version {version!r}; this release reads 1 to {VERSION}")
        if version < VERSION:
            body = from_first_release(body["state"], version, roster.flat, roster.names_of)
        return _read(roster, body)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, StateError):
            raise
        raise StateError(f"state that cannot be read: {error!r}") from error


def _read(roster: Roster, body: Any) -> State:
    situation = _fields(SITUATION, body["situation"])
    incidents = Incidents(**_fields(INCIDENTS, body["incidents"]))
    memories = tuple(
        reader(one.memory)(body["memories"][one.name])
        if one.name in body["memories"]
        else one.begin()
        for one in roster.table
    )
    flat = roster.flat
    now = Situation(
        late=False,
        apartment=flat.apartment,
        limits=flat.limits,
        open=incidents.open,
        **situation,
    )
    return whole(roster, now, memories, incidents, reader(DEFERRED)(body["deferred"]))


def _fields(kinds: Mapping[str, Any], plain: Any) -> dict[str, Any]:
    return {key: reader(kind)(plain[key]) for key, kind in kinds.items()}
