# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tuya ceiling radar with fall detection (MIR-HE200-TY), which zha-quirks 2.3.0 does not know.

Data points as published by users of this hardware: 1 presence, 103 illuminance, 105 fall detection
on, 106 fall alarm delay, 116 fall state, 117 static dwell alarm. The fall itself comes from the raw
tap (`devices.zigbee.alarms`); the quirk names the rest and answers the device's queries.
"""

from zhaquirks.builder import EntityType
from zhaquirks.tuya.builder import TuyaQuirkBuilder
from zigpy import types


class FallState(types.enum8):
    """Data point 116."""

    none = 0
    maybe_fall = 1
    fall = 2


_builder = TuyaQuirkBuilder("_TZE200_lu01t0zl", "TS0601")
for _maker in ("_TZE200_vrfecyku", "_TZE200_ypprdwsl", "_TZE200_jkbljri7", "_TZE204_bvfld3xc"):
    _builder.applies_to(_maker, "TS0601")
_builder.tuya_binary_sensor(
    dp_id=1,
    attribute_name="presence",
    entity_type=EntityType.STANDARD,
    translation_key="presence",
    fallback_name="Presence",
)
_builder.tuya_illuminance(dp_id=103)
_builder.tuya_sensor(
    dp_id=116,
    attribute_name="fall_state",
    type=FallState,
    converter=lambda value: FallState(int(value)),  # type: ignore[no-untyped-call] # no types
    translation_key="fall_state",
    fallback_name="Fall state",
)
_builder.tuya_sensor(
    dp_id=117,
    attribute_name="static_dwell_alarm",
    type=types.uint8_t,
    translation_key="static_dwell_alarm",
    fallback_name="Static dwell alarm",
)
_builder.tuya_switch(
    dp_id=105,
    attribute_name="fall_detection",
    entity_type=EntityType.CONFIG,
    translation_key="fall_detection",
    fallback_name="Fall detection",
)
_builder.tuya_number(
    dp_id=106,
    type=types.uint16_t,
    attribute_name="fall_alarm_delay",
    min_value=1,
    max_value=5,
    step=1,
    translation_key="fall_alarm_delay",
    fallback_name="Fall alarm delay",
)
_builder.skip_configuration()
_builder.add_to_registry()
