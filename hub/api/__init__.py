# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's HTTP interface: public event stream, set-up, and who may see the panel."""
