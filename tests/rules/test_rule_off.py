# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A rule that is switched off concludes nothing, and says so when its name is wrong."""

import pytest

from rules.detectors.registry import SHIPPED
from rules.model.limits import LimitError, with_limit
from tests.rules.home import Home


def test_a_rule_that_is_off_concludes_nothing():
    home = Home(hour=3, limits={"off": "fall_sensor"})
    home.motion("bath")
    home.fall()
    home.wait(120)
    assert not home.asked()
    assert not home.sent()


def test_the_other_rules_go_on():
    home = Home(hour=3, limits={"off": "fall_sensor,leak"})
    home.motion("bath")
    home.wait(30 * 60)
    (page,) = home.sent()
    assert page.message.kind == "possible_fall"


def test_a_rule_nobody_knows_cannot_be_switched_off():
    with pytest.raises(LimitError) as wrong:
        with_limit(SHIPPED, "off", "help_cal")
    assert "help_call" in wrong.value.expected
