#!/bin/sh
# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
#
# Check what `make setup` needs from the system; name all that is missing with one apt line.
# Usage: check_prerequisites.sh INTERPRETER

python=$1
missing=''
packages=''

need() {  # need WHAT PACKAGE
    missing="$missing\n  - $1"
    packages="$packages $2"
}

if ! command -v "$python" >/dev/null 2>&1; then
    need "Python 3.10 or newer ($python is not on PATH)" 'python3 python3-venv python3-dev'
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    found=$("$python" -c 'import platform; print(platform.python_version())')
    need "Python 3.10 or newer ($python is $found; name another with make PYTHON=...)" \
        'python3 python3-venv python3-dev'
else
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        need 'the Python module venv' python3-venv
    "$python" -c 'import os, sys, sysconfig as s
sys.exit(not os.path.exists(os.path.join(s.get_path("include"), "Python.h")))' ||
        need 'the Python headers (Python.h)' python3-dev
fi
for tool in gcc g++ make; do
    command -v "$tool" >/dev/null 2>&1 || need "$tool" "$tool"
done

if [ -n "$missing" ]; then
    printf 'openpose_ros needs more than is installed here:%b\n' "$missing" >&2
    printf 'Install it with:\n  sudo apt-get install%s\n' "$packages" >&2
    exit 1
fi
