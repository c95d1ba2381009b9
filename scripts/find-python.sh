#!/bin/sh
# Print the first Python that can carry the project: 3.11 to 3.14, able to make virtual environments.
# PYTHON=/path/to/python chooses one by hand.
set -eu

new_enough='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))'
without_venv=''

for name in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3}; do
    "$name" -c "$new_enough" >/dev/null 2>&1 || continue
    if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
    without_venv="${without_venv:-$name}"
done

if [ -n "$without_venv" ]; then
    echo "$without_venv cannot make virtual environments: apt-get install python3-venv (or your system's package for it)" >&2
else
    echo "no Python from 3.11 to 3.14 found: install one, or name one with make PYTHON=/path/to/python3" >&2
fi
exit 1
