# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.storage.payload import KINDS, VERSION, UnknownRow, decode, device_of, encode, plain
from rules.model.events import Motion
from rules.model.identity import DeviceId


def values(hint: Any) -> st.SearchStrategy[Any]:
    hint = getattr(hint, "__value__", hint)
    hint = getattr(hint, "__supertype__", hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(0, 10**9)
    if hint is float:
        return st.floats(0, 1e9)
    if hint is str:
        return st.text(max_size=40)
    parts = [one for one in get_args(hint) if one is not type(None)]
    return st.none() | values(parts[0])


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_event_comes_back_from_the_journal_as_it_went_in(kind: Any, data: st.DataObject):
    hints = get_type_hints(kind)
    content = {one.name: data.draw(values(hints[one.name])) for one in fields(kind)}
    event = kind(**content)
    assert decode(kind.__name__, VERSION, event.at, device_of(event), encode(event)) == event
    assert plain(event)["type"] == kind.__name__


def test_a_row_of_a_newer_release_is_not_guessed_at():
    with pytest.raises(UnknownRow):
        decode("Motion", VERSION + 1, 0.0, "motion-hall", None)
    with pytest.raises(UnknownRow):
        decode("Teleported", VERSION, 0.0, None, None)


def test_an_ordinary_row_holds_nothing_but_kind_device_and_time():
    assert encode(Motion(device=DeviceId("motion-hall"), at=1.0)) is None
