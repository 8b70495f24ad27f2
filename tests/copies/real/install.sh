#!/usr/bin/env bash
# Installs the storage services that `make copies` uploads to: from npm, PyPI (in an environment of their own) and, as
# root, Debian. What is not installed is skipped by the tests.
set -euo pipefail
real=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$real/../../.." && pwd)
here=$root/.copies
mkdir -p "$here"

packages=()
command -v npm >/dev/null || packages+=(nodejs npm)
command -v rclone >/dev/null || packages+=(rclone)
[[ -e /usr/share/php/Sabre/autoload.php ]] && command -v php >/dev/null || packages+=(php-cli php-sabre-dav)
if ((${#packages[@]})); then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

if [[ ! -d $here/node_modules/@20minutes/s3rver ]]; then
    cp "$real/package.json" "$here/"
    (cd "$here" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error)
fi

if [[ ! -x $here/venv/bin/wsgidav ]]; then
    "${PYTHON:-python3}" -m venv "$here/venv"
    "$here/venv/bin/python" -m pip --disable-pip-version-check install -qq --no-compile --no-deps \
        --require-hashes -r "$root/requirements/copies.lock"
fi
