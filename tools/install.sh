#!/bin/bash
# Installs what is missing of the named sections of packages.txt: tools/install.sh build test. Calls apt-get only when something is
# missing; as root, or with sudo.
set -euo pipefail

packages=$(dirname "$0")/packages.txt
[ $# -gt 0 ] || { echo "usage: $0 build|test|lint…" >&2; exit 2; }

wanted=()
for section in "$@"; do
    mapfile -t names < <(awk -v section="[$section]" '
        /^\[/ { inside = ($1 == section); next }
        inside { sub(/#.*/, ""); if (NF) print $1 }' "$packages")
    [ ${#names[@]} -gt 0 ] || { echo "$0: packages.txt has no section [$section]" >&2; exit 2; }
    wanted+=("${names[@]}")
done

missing() {
    local name
    for name in "${wanted[@]}"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
    done
}

[ -n "$(missing)" ] || exit 0

# Two copies may come here at once: one installs, the other waits and finds nothing missing.
exec 9</var/lib/dpkg
flock 9
mapfile -t to_install < <(missing)
[ ${#to_install[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "$0: not root and no sudo; please install: ${to_install[*]}" >&2; exit 1; }
    as_root=(sudo)
fi
apt_get() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" 9<&-
}

echo "installing: ${to_install[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt_get update && apt_get install -y --no-install-recommends "${to_install[@]}"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "$0: apt-get failed; missing: $(missing | tr '\n' ' ')" >&2
    exit 1
fi
