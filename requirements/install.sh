#!/bin/sh
# Installs one lock file and Quetzal itself into the .venv beside it: `requirements/install.sh demo`.
# With uv, which downloads in parallel (docs/decisions/0002-dependencies.md); with pip wherever uv cannot be had or fails.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.lock"
python=.venv/bin/python
# The certificates of the system, as pip takes them: companies and schools have their own.
export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true
say() { printf '  %s\n' "$1"; }

if command -v uv >/dev/null 2>&1; then
    uv=$(command -v uv)
elif [ -x .venv/bin/uv ] || {
    say "fetching uv, which installs several times as fast as pip"
    $python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/uv.lock
}; then
    uv=.venv/bin/uv
else
    uv=
fi

say "installing $(grep -c '==' "$lock") packages of $lock"
if [ -n "$uv" ] && "$uv" pip install --python $python --require-hashes -r "$lock" \
    && "$uv" pip install --quiet --python $python --no-deps --no-build-isolation -e .; then
    exit 0
fi
say "installing with pip, which takes about a minute"
$python -m pip --disable-pip-version-check --quiet install --require-hashes -r "$lock"
$python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation -e .
