#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
# Makes sure that the programs the tests drive are here: a browser, an MQTT broker, a message bus, a wrong clock.
set -euo pipefail
PATH=$PATH:${TOHUUS_SYSTEM_FOLDERS:-/usr/sbin:/sbin}
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v mosquitto >/dev/null || missing+=(mosquitto)
command -v dbus-daemon >/dev/null || missing+=(dbus-daemon)
command -v faketime >/dev/null || missing+=(faketime)
[ ${#missing[@]} -eq 0 ] && exit 0

line="apt-get install --yes --no-install-recommends ${missing[*]}"
refuse() {
  echo "The tests need ${missing[*]}. As an administrator run:" >&2
  echo "    $line" >&2
  exit 2
}
command -v apt-get >/dev/null || refuse
root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || refuse
  if [ -t 0 ]; then root=(sudo); else sudo -n true 2>/dev/null || refuse; root=(sudo -n); fi
fi
echo "Installing Debian packages: ${missing[*]}"
wait_for_lock=(-o DPkg::Lock::Timeout=300)
"${root[@]}" apt-get "${wait_for_lock[@]}" update -qq </dev/null || refuse
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${wait_for_lock[@]}" install --yes --no-install-recommends -qq "${missing[@]}" </dev/null || refuse
