# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's link to the care service: send, stream, heartbeat, pairing, signing."""
