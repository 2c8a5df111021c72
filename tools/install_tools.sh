#!/bin/sh
# Install the system's tools that some tests use, where this user may; tests skip, with the reason, what stays missing.
set -eu

missing=""
for tool in chromium shellcheck; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed:$missing. The tests that use them are skipped."
    exit 0
fi
# The names are those of Debian's packages. A mirror that is down must not fail the tests that need none of them.
# shellcheck disable=SC2086 # a list of words
if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; }; then
    echo "Could not be installed:$missing. The tests that use them are skipped."
fi
