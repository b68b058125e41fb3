# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Demo data can never reach a real recipient."""

import pytest

from showcase.processes import guard
from showcase.processes.guard import GuardError


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:8441", "socket://127.0.0.1:9", "localhost:1883", "[::1]:80"]
)
def test_this_machine_is_inside(target):
    assert guard.is_inside(target)


@pytest.mark.parametrize(
    "target", ["https://push.example.org/x", "192.168.1.4:1883", "8.8.8.8", "localhost.example.org"]
)
def test_everything_else_is_outside(target):
    assert not guard.is_inside(target)


def test_settings_with_a_target_outside_are_refused_by_name():
    settings = {"caregiver_api": {"channels": {"webhook_url": "https://example.org/alarm"}}}
    with pytest.raises(GuardError) as wrong:
        guard.check(settings)
    assert wrong.value.key == "caregiver_api.channels.webhook_url"


def test_a_channel_of_the_service_that_leads_outside_is_refused():
    guard.check_channels([{"name": "sse", "outside": False}])
    with pytest.raises(GuardError) as wrong:
        guard.check_channels([{"name": "sse", "outside": False}, {"name": "sms", "outside": True}])
    assert wrong.value.value == "sms"


def test_a_channel_that_does_not_say_where_it_leads_is_refused():
    with pytest.raises(GuardError):
        guard.check_channels([{"name": "sms"}])


def test_the_kits_own_network_can_be_named():
    guard.check({"mqtt": {"broker": "kit.local:1883"}}, own_network=("kit.local",))
