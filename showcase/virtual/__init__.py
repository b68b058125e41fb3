# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Virtual radios: real frames for the real drivers, from devices that do not exist."""
