# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is called when: policy, state machine and permissions, all of them pure."""
