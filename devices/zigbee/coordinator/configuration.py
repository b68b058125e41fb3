# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Configuration of the zha gateway."""

from typing import Any

from devices.zigbee.coordinator.settings import ZigbeeSettings
from devices.zigbee.quirks import load


def gateway_configuration(settings: ZigbeeSettings, database: str) -> Any:
    """Return zha's own configuration object.

    Args:
        settings: table `[hub.zigbee]`.
        database: path of the database the driver works on.
    """
    from zha.application import helpers  # noqa: PLC0415  # heavy, and only a flat with a stick

    return helpers.ZHAData(
        config=helpers.ZHAConfiguration(
            coordinator_configuration=helpers.CoordinatorConfiguration(
                path=settings.path,
                radio_type=settings.radio,
                baudrate=settings.baudrate,
                flow_control=None,
            ),
            quirks_configuration=helpers.QuirksConfiguration(
                setup_function=lambda _: load(settings.quirks)
            ),
            device_options=helpers.DeviceOptions(
                enable_identify_on_join=False,
                enable_mains_startup_polling=False,  # `inquiry` asks, for more and in order
            ),
        ),
        zigpy_config={
            "database_path": database,
            # No key here: the driver draws a random one for each new network.
            "network": {"channel": settings.channel},
            "ota": {"enabled": False},  # would ask vendors' servers for firmware
            "topology_scan_enabled": False,
            "backup_enabled": True,
            "watchdog_enabled": False,  # ours is faster, see `Coordinator.wait_lost`
        },
    )
