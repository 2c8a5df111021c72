#!/bin/bash
# Waits for the database, then becomes the worker.
set -euo pipefail

until pg_isready --quiet --dbname "$DATABASE_URL"; do
    sleep 1
done

exec "$@"
