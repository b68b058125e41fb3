# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""HEIMAN HS2FD-EF1-3.0 fall radar, which zha-quirks 2.3.0 does not know.

Occupancy attribute 0x0406/0x0000: bit 0 present, bits 1-3 activity, bits 4-5 fall (0 normal, 1
warning, 2 alarm). The fall itself comes from the raw tap (`devices.zigbee.alarms`).
"""

from zhaquirks.builder import EntityType, QuirkBuilder
from zigpy import types
from zigpy.zcl.clusters.measurement import OccupancySensing


class HeimanFall(types.enum8):
    """Bits 4 and 5."""

    normal = 0
    fall_warning = 1
    fall_alarm = 2
    unknown = 3


def _fall(value: int) -> HeimanFall:
    return HeimanFall((int(value) >> 4) & 3)  # type: ignore[no-untyped-call] # no types


(
    QuirkBuilder("HEIMAN", "HS2FD-EF1-3.0")
    .sensor(
        "occupancy",
        OccupancySensing.cluster_id,
        unique_id_suffix="fall_state",
        attribute_converter=_fall,
        entity_type=EntityType.STANDARD,
        translation_key="fall_state",
        fallback_name="Fall state",
    )
    .add_to_registry()
)
