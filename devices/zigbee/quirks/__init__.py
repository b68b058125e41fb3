# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which quirks are loaded: our own for fall radars, and the vendors this flat needs."""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Final

OWN: Final = (
    "devices.zigbee.quirks.tuya_fall_radar",
    "devices.zigbee.quirks.heiman_fall_radar",
)
"""Modules of our own; tests assert that each resolves its device."""


class UnknownVendorError(Exception):
    """The settings name a vendor that zha-quirks does not have.

    Attributes:
        vendor: as the settings name it.
    """

    def __init__(self, vendor: str) -> None:
        super().__init__(vendor)
        self.vendor = vendor


def load(vendors: Sequence[str]) -> None:
    """Register our own quirks and those of some vendors; a broken module stops the start.

    All 460 modules of zha-quirks cost 30 MB and 2 s; a flat has devices of a handful of vendors.

    Args:
        vendors: module names below `zhaquirks`, packages with everything in them.

    Raises:
        UnknownVendorError: there is no such module.
    """
    import zhaquirks  # noqa: PLC0415  # heavy, and only a flat with a stick needs it

    for vendor in vendors:
        name = f"zhaquirks.{vendor}"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name == name:
                raise UnknownVendorError(vendor) from missing
            raise
        for _, inner, _ in pkgutil.walk_packages(
            getattr(module, "__path__", ()), prefix=name + "."
        ):
            importlib.import_module(inner)
    for own in OWN:
        importlib.import_module(own)
    # What the imports queued reaches the registry here, as at the end of `zhaquirks.setup`.
    zhaquirks._register_pending_quirks()  # noqa: SLF001 - the only way there is
