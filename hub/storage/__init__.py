# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's database: journal, outbox, snapshots, copies and the audit."""
