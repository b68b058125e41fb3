# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the hub answers on: public event stream, set-up, and the door in front of the panel."""
