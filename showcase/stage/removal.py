# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking one thing away from a story by real means, to see that the story cannot do without it."""

from enum import StrEnum
from typing import assert_never

from showcase.apartment.set_up import HELP_AGREEMENT
from showcase.stage.stage import Stage
from showcase.stories.story import Story


class Removal(StrEnum):
    """What can be taken away."""

    RULE = "rule"
    SENSOR = "sensor"
    BASIS = "basis"
    SERVICE = "service"
    CONSENTS = "consents"


async def take(stage: Stage, story: Story, without: Removal) -> None:
    """Take it away; `give_back` undoes all of it.

    Args:
        stage: the running system.
        story: names its rule, its sensors and its basis.
        without: `consents` takes every consent to monitoring and leaves the help agreement.
    """
    match without:
        case Removal.RULE:
            await stage.restart_hub((story.without.rule,))
        case Removal.SENSOR:
            stage.flat.power(story.without.sensor, on=False)
        case Removal.BASIS if story.without.basis == HELP_AGREEMENT:
            await stage.decisions.agree(live=False)
        case Removal.BASIS:
            await stage.decisions.allow(story.without.basis, given=False)
        case Removal.CONSENTS:
            await stage.decisions.allow_all(given=False)
        case Removal.SERVICE:
            await stage.service_process.stop()
        case _:
            assert_never(without)


async def give_back(stage: Stage, *, consents: bool = True) -> None:
    """Give everything back: programs, rules, power, agreement, and her consents if wished."""
    await stage.start_service()
    if stage.rules_off != stage.rules_wanted:
        await stage.restart_hub(stage.rules_wanted)
    await stage.start_hub()
    stage.flat.power(stage.flat.nodes, on=True)
    await stage.decisions.agree(live=True)
    if consents:
        await stage.decisions.allow_all(given=True)
