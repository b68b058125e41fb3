# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The inquiry of all enrolled devices, begun anew with each start of the coordinator."""

from collections.abc import Callable, Iterable

import structlog

from devices.registry import Enrolled
from devices.zigbee.coordinator.node import Node
from devices.zigbee.frames.frame import IAS_ZONE
from devices.zigbee.inquiry.inquiry import Inquiry, Owed
from devices.zigbee.inquiry.questions import Answer, StateQuestion, ask, questions
from rules.model.identity import Seconds

log = structlog.get_logger(__name__)


class FlatInquiry:
    """Asks the joined devices of one flat; asks nobody while the coordinator is down.

    Attributes:
        not_enrolled: addresses of alarm zones that did not take us for their control panel.
    """

    def __init__(
        self,
        source: str,
        node: Callable[[str], Node | None],
        *,
        monotonic: Callable[[], Seconds],
    ) -> None:
        """Wire it; nothing is asked before `begin` and `run`.

        Args:
            source: name of the source, for the log.
            node: finds a joined device by address.
            monotonic: real seconds.
        """
        self._source = source
        self._node = node
        self._monotonic = monotonic
        self._inquiry: Inquiry | None = None
        self.not_enrolled: set[str] = set()

    def begin(self, enrolled: Iterable[Enrolled]) -> Inquiry:
        """Begin anew with a coordinator that has just started; return what is to be run."""
        owed = [one for one in map(self._owed, enrolled) if one is not None]
        self._inquiry = Inquiry(self._ask, owed, monotonic=self._monotonic)
        return self._inquiry

    def end(self) -> None:
        """Ask nobody any more: the coordinator is lost."""
        self._inquiry = None

    @property
    def owes(self) -> frozenset[str]:
        """Addresses of those who have not answered yet."""
        return frozenset() if self._inquiry is None else self._inquiry.owes

    def expects(self, address: str) -> bool:
        """Say whether a report of this device may be the answer to "tell all data points"."""
        return self._inquiry is not None and self._inquiry.expects(address)

    def answered(self, address: str) -> None:
        """Note that a Tuya device told the data point that matters; what comes now is live."""
        if self._inquiry is not None:
            self._inquiry.answered(address)

    def heard(self, address: str) -> None:
        """Note that a device speaks, so listens: the moment to ask one that sleeps."""
        if self._inquiry is not None:
            self._inquiry.heard(address)

    def reconnected(self, enrolled: Enrolled) -> None:
        """Ask a device that was away from the network: what it said meanwhile is lost."""
        owed = self._owed(enrolled)
        if owed is not None and self._inquiry is not None:
            self._inquiry.owe(owed)

    def _owed(self, enrolled: Enrolled) -> Owed | None:
        node = self._node(enrolled.address)
        if node is None:
            return None
        return Owed(node.address, questions(enrolled.device.role, node), awake=node.listens)

    async def _ask(self, address: str, question: StateQuestion) -> bool:
        node = self._node(address)
        answer = Answer.NONE if node is None else await ask(node, question)
        if answer is Answer.NOT_ENROLLED and address not in self.not_enrolled:
            self.not_enrolled.add(address)
            log.error("zone_not_enrolled", source=self._source)
        elif answer is Answer.GIVEN and question.cluster == IAS_ZONE:
            self.not_enrolled.discard(address)
        return answer is Answer.GIVEN
