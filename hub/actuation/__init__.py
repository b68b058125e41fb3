# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions and commands to lamps, sounders and relays, and the local fallback."""
