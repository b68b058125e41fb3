# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The story of a visitor who touches a call or a fall sensor in the plan."""

from rules.model.apartment import Role
from showcase.stories.story import HOPS, Do, Step, Story, Without


def touched(device: str, role: Role, verb: str, spot: str) -> Story:
    """Make the story of a visitor who touched a call or a fall sensor in the plan."""
    asked = role is Role.FALL_RADAR
    steps = [Step(do=Do.SENSE, device=device, what=verb)]
    if asked:
        steps += (
            Step(do=Do.UNTIL, hop="asked"),
            Step(do=Do.UNTIL, hop="timed_out", within_s=300.0),
        )
    steps += (
        Step(do=Do.UNTIL, hop="paged"),
        Step(do=Do.ACCEPT, value=8),
        Step(do=Do.UNTIL, hop="acknowledged"),
    )
    left_out = {"answered"} if asked else {"asked", "answered", "timed_out"}
    title = {"de": "Von Hand ausgelöst", "da": "Udløst med hånden", "en": "Triggered by hand"}
    verdict = "fall_sensor" if asked else "help_call"
    return Story(
        id="touch",
        order=0,
        icon="hand",
        starts_s=0.0,
        spot=spot,
        verdict=verdict,
        sensor=device,
        hops=tuple(hop for hop in HOPS if hop not in left_out),
        without=Without(
            rule=verdict, sensor=(device,), basis="falls" if asked else "help_agreement"
        ),
        title=title,
        when=title,
        steps=tuple(steps),
    )
