# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages on their way to carers: made, rendered, sent, and whether they reached somebody."""
