# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What she allows and wants is what the hub says, whoever changed it."""

from showcase.resident.consent_mirror import Wishes


class Now:
    def __init__(self):
        self.utc_s = 1e9

    def __call__(self):
        return self.utc_s


def journaled(wishes, **event):
    wishes.hub("hop", {"hop": "journaled", "utc_s": 1e9, "event": event})


def test_a_consent_changed_on_the_panel_is_known():
    wishes = Wishes(Now())
    wishes.hub("snapshot", {"consents": ["falls", "night"], "agreement": True, "paused": False})
    assert wishes.given == {"falls", "night"}
    journaled(wishes, type="ConsentChanged", purpose="falls", state="withdrawn")
    journaled(wishes, type="ConsentChanged", purpose="safety", state="given")
    assert wishes.given == {"night", "safety"}
    assert wishes.agreement
    journaled(wishes, type="AgreementChanged", live=False)
    assert not wishes.agreement


def test_a_pause_ends_with_its_time_or_her_word():
    now = Now()
    wishes = Wishes(now)
    journaled(wishes, type="Paused", at=50.0, until=3650.0)
    assert wishes.paused
    now.utc_s += 3601
    assert not wishes.paused
    journaled(wishes, type="Paused", at=3650.0, until=99_999.0)
    assert wishes.paused
    journaled(wishes, type="Resumed", at=3660.0)
    assert not wishes.paused


def test_a_hub_that_started_again_without_a_pause_has_none():
    wishes = Wishes(Now())
    journaled(wishes, type="Paused", at=0.0, until=3600.0)
    wishes.hub("snapshot", {"consents": [], "agreement": True, "paused": True})
    assert wishes.paused
    wishes.hub("snapshot", {"consents": [], "agreement": True, "paused": False})
    assert not wishes.paused
