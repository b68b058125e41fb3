# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Storage full: the hub can no longer write all it should."""

from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import declared, is_open
from rules.model.conclusions import Clear
from rules.model.events import StorageFull
from rules.model.limits import NoLimits
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.situation import Situation

STORAGE_FULL: Final = Kind("storage_full")


class StorageFullDetector(Detector[None, NoLimits]):
    """Concludes what the hub says of its disk, once until there is room again."""

    name = "storage_full"
    declares = (declared(STORAGE_FULL),)

    def on_storage(
        self, memory: None, event: StorageFull, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a full disk, or end it."""
        if not event.full:
            return memory, (Clear(STORAGE_FULL, ""),)
        return memory, (now.verdict(STORAGE_FULL, Priority.SOON, evidence=(now.seq,)),)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return is_open(verdict, now)
