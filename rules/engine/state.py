# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that is remembered, and its one codec: situation, memories by detector name, incidents."""

import json
from typing import Any, Final, NamedTuple

from rules.model import codec
from rules.first.help_call import Presses
from rules.first.state import StateError
from rules.incidents.lifecycle import Incidents
from rules.model.consent import Register
from rules.model.events import ConsentChanged
from rules.model.identity import DeviceId, IncidentId, JournalId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from rules.situation.activity import Signs
from rules.situation.coverage import Coverage
from rules.situation.presence import Presence
from rules.situation.private_time import Pause
from rules.situation.situation import Situation
from rules.situation.wall_clock import Wall

VERSION: Final = 3


def _kinds() -> None:
    """A kind is text; today it is an enum, so that the old codec has to be told (spike only)."""
    from rules.model.verdict import Kind, VerdictKind

    def kind(plain: Any) -> Any:
        return VerdictKind(plain) if plain in set(VerdictKind) else Kind(plain)

    codec._readers[VerdictKind] = kind
    codec._readers[Kind] = Kind
    plain = codec.encode
    codec.encode = lambda value: str(value) if type(value) is Kind else plain(value)


_kinds()


class State(NamedTuple):
    """Immutable; equal states behave equally. `dues` and `wake` follow from the rest."""

    situation: Situation
    memories: tuple[Any, ...]
    dues: tuple[Seconds, ...]
    wake: Seconds
    incidents: Incidents
    resting: dict[str, Seconds]


BELIEF: Final[dict[str, Any]] = {
    "at": float,
    "seq": int,
    "wall": Wall,
    "pause": Pause | None,
    "presence": Presence,
    "signs": Signs,
    "coverage": Coverage,
    "moving_rows": dict[DeviceId, Seq],
    "stuck_look": float,
    "presses": Presses,
    "in_bed": frozenset[DeviceId],
    "screen": bool,
    "booted": bool,
    "quiet_at": float | None,
}
BOOK: Final[dict[str, Any]] = {
    "journal": JournalId,
    "open": dict[IncidentId, Incident],
    "register": Register,
    "ledger": tuple[ConsentChanged, ...],
}


def dump(state: State, names: tuple[str, ...]) -> bytes:
    body = {
        "version": VERSION,
        "situation": {key: codec.encode(getattr(state.situation, key)) for key in BELIEF},
        "memories": {
            name: codec.encode(one) for name, one in zip(names, state.memories, strict=True)
        },
        "incidents": {key: codec.encode(getattr(state.incidents, key)) for key in BOOK},
        "resting": state.resting,
    }
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def read(kind: Any, plain: Any) -> Any:
    return codec._reader(kind)(plain) if kind is not type(None) else None


def parse(written: bytes) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(written)
        if body["version"] != VERSION:
            raise StateError(f"version {body['version']}, expected {VERSION}")
    except (ValueError, KeyError, TypeError) as error:
        raise StateError(repr(error)) from error
    return body
