#!/bin/sh
# Installs one lock file and Quetzal itself into the .venv beside it: `requirements/install.sh demo`.
# With uv, which downloads in parallel (docs/decisions/0002-dependencies.md); with pip wherever uv cannot be had or fails.
# --no-deps: a lock holds everything that is needed, so nothing has to be resolved.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.lock"
python=.venv/bin/python
pip="$python -m pip --disable-pip-version-check install"
# The certificates of the system, as pip takes them: companies and schools have their own.
export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true
say() { printf '  %s\n' "$1"; }

if command -v uv >/dev/null 2>&1; then
    uv=$(command -v uv)
elif [ -x .venv/bin/uv ] || {
    say "Fetching uv (18 MB), which installs several times as fast as pip"
    $pip --require-hashes -r requirements/uv.lock
}; then
    uv=.venv/bin/uv
else
    uv=
fi

say "Installing $(grep -c '==' "$lock") packages from $lock"
if [ -n "$uv" ] && "$uv" pip install --python $python --no-deps --require-hashes -r "$lock" \
    && "$uv" pip install --quiet --python $python --no-deps --no-build-isolation -e .; then
    exit 0
fi
say "Installing with pip instead, which takes about a minute"
# Not compiled in advance, as with uv: Python compiles what it imports.
$pip --no-compile --no-deps --require-hashes -r "$lock"
say "Installing Quetzal"
$pip --quiet --no-deps --no-build-isolation -e .
