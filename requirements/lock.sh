#!/bin/sh
# Resolves the lock files for every platform and Python that pyproject.toml admits, with hashes.
# Each larger set is bound to the smaller one, so that a version is the same wherever it is installed.
set -eu
cd "$(dirname "$0")/.."
resolve() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
        pyproject.toml requirements/build.in "$@"
}
resolve -o requirements/run.lock
resolve --extra demo -c requirements/run.lock -o requirements/demo.lock
resolve --all-extras -c requirements/demo.lock -o requirements/dev.lock
# The storage services that tests/copies/real/install.sh installs, in an environment of their own.
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
    -o requirements/copies.lock requirements/copies.in
# What requirements/install.sh fetches first.
echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-annotate -c requirements/dev.lock -o requirements/uv.lock -
