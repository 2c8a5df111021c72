#!/bin/sh
# Brings the schema up to date, then becomes the server.
set -eu

if [ "${MIGRATE:-yes}" = yes ]; then
    node src/migrate.js
fi

exec "$@"
