# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What she allows and wants is what the hub says, whoever changed it."""

from showcase.resident.consent_mirror import ConsentMirror


class Now:
    def __init__(self):
        self.utc_s = 1e9

    def __call__(self):
        return self.utc_s


def journaled(mirror, **event):
    mirror.hub("hop", {"hop": "journaled", "utc_s": 1e9, "event": event})


def test_a_consent_changed_on_the_panel_is_known():
    mirror = ConsentMirror(Now())
    mirror.hub("snapshot", {"consents": ["falls", "night"], "agreement": True, "paused": False})
    assert mirror.given == {"falls", "night"}
    journaled(mirror, type="ConsentChanged", purpose="falls", state="withdrawn")
    journaled(mirror, type="ConsentChanged", purpose="safety", state="given")
    assert mirror.given == {"night", "safety"}
    assert mirror.agreement
    journaled(mirror, type="AgreementChanged", live=False)
    assert not mirror.agreement


def test_a_pause_ends_with_its_time_or_her_word():
    now = Now()
    mirror = ConsentMirror(now)
    journaled(mirror, type="Paused", at=50.0, until=3650.0)
    assert mirror.paused
    now.utc_s += 3601
    assert not mirror.paused
    journaled(mirror, type="Paused", at=3650.0, until=99_999.0)
    assert mirror.paused
    journaled(mirror, type="Resumed", at=3660.0)
    assert not mirror.paused


def test_a_hub_that_started_again_without_a_pause_has_none():
    mirror = ConsentMirror(Now())
    journaled(mirror, type="Paused", at=0.0, until=3600.0)
    mirror.hub("snapshot", {"consents": [], "agreement": True, "paused": True})
    assert mirror.paused
    mirror.hub("snapshot", {"consents": [], "agreement": True, "paused": False})
    assert not mirror.paused
