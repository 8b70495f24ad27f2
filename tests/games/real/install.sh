#!/usr/bin/env bash
# Installs the real game servers that `make games` queries: Debian's packages as root, the data of OpenArena without
# the packages it does not need (100 of 420 MB), and servers from npm. What is not installed is skipped by the tests.
set -euo pipefail
here=$(cd "$(dirname "$0")/../../.." && pwd)/.games

programs=(/usr/games/openttd /usr/games/teeworlds-server /usr/games/DDNet-Server /usr/games/mvdsv
    /usr/lib/quakeworld/ktx/qwprogs.so /usr/lib/ioquake3/ioq3ded /usr/sbin/murmurd)
packages=()
for program in "${programs[@]}"; do
    [[ -e $program ]] ||
        packages=(openttd openttd-opengfx teeworlds-server ddnet-server mvdsv ktx ioquake3-server mumble-server)
done
command -v npm >/dev/null || packages+=(nodejs npm)
if ((${#packages[@]})); then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

if [[ ! -e $here/openarena/baseoa/pak6-misc.pk3 ]]; then
    mkdir -p "$here/packages" "$here/openarena/baseoa"
    (cd "$here/packages" && apt-get download -qq openarena-server openarena-088-data openarena-081-misc)
    for package in "$here"/packages/*.deb; do
        dpkg-deb -x "$package" "$here/unpacked"
    done
    mv "$here"/unpacked/usr/share/games/openarena/baseoa/pak6-{patch088,misc}.pk3 "$here/openarena/baseoa/"
    mv "$here"/unpacked/usr/lib/openarena-server/baseoa/qagamex86_64.so "$here/openarena/baseoa/"
    rm -r "$here/packages" "$here/unpacked"
fi

if [[ ! -d $here/node_modules/flying-squid ]]; then
    mkdir -p "$here"
    cp "$(dirname "$0")/package.json" "$here/"
    (cd "$here" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error)
fi
