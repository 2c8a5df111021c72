#!/bin/sh
# Install the system's tools that some tests use, where this user may; tests skip, with the reason, what stays missing.
set -eu

# Tool, and the packages of Debian and Ubuntu that bring it. Left out, since they bring hundreds of packages for one test
# each: npm and go. Nor are those named that every system has: tar, unshare.
tools="
buildah buildah
chromium chromium
crun crun
docker-registry docker-registry
gcc gcc,libc6-dev
git git
mmdebstrap mmdebstrap
openssl openssl
podman podman
readelf binutils
rpmbuild rpm
shellcheck shellcheck
skopeo skopeo
strace strace
"

missing=""
packages=""
while read -r tool brought_by; do
    [ -n "$tool" ] || continue
    if ! command -v "$tool" >/dev/null 2>&1; then
        missing="$missing $tool"
        packages="$packages $(echo "$brought_by" | tr , ' ')"
    fi
done <<END
$tools
END
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed:$missing. The tests that use them are skipped."
    exit 0
fi

# A mirror that is down, or a tool that a release lacks, must not fail the tests that need none of them.
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
# shellcheck disable=SC2086 # a list of words
if ! apt-get update -qq || ! install $packages; then
    for one in $packages; do
        install "$one" || echo "Could not be installed: $one. The tests that use it are skipped."
    done
fi
