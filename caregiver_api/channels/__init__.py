# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ways to reach a carer: pages open here, a signed webhook; one protocol for all."""
