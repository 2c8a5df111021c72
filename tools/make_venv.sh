#!/bin/sh
# Make the virtual environment $1 with the first suitable Python; says what is missing where there is none.
set -eu

fits() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14; do
        if fits "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

if ! python=$(find_python); then
    # Debian and Ubuntu ship venv apart from Python.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    fi
    python=$(find_python) || {
        echo "No Python 3.11 or later with venv was found. Install one (on Debian and Ubuntu: python3 and python3-venv)," >&2
        echo "or name one: make PYTHON=/path/to/python3 ..." >&2
        exit 1
    }
fi

"$python" -m venv "$1"
echo "$1 is made with $("$1/bin/python" --version)"
