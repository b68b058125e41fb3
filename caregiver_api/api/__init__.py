# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The service's routes for machines: hubs, logged-in people, leads, streams."""
