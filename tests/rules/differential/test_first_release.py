# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Today's rules do what those of the first release did, fact by fact, migrated midway."""

import pytest

from tests.rules.differential.first_release import compare
from tests.rules.differential.random_days import random_day

BLOCK = 20


@pytest.mark.parametrize("block", range(10))
def test_random_days_are_followed_as_by_the_first_release(block):
    for number in range(block * BLOCK, (block + 1) * BLOCK):
        compare(random_day(number))
