"""Turns the orders of a queue into invoices."""

import argparse
import os
import pathlib
import time
import zoneinfo

import pandas as pd
import psycopg2
from PIL import Image

INVOICES = pathlib.Path("/var/lib/invoices")
ZONE = zoneinfo.ZoneInfo(os.environ.get("TZ", "UTC"))


def write_invoices(queue: str) -> int:
    """Write one picture per order that waits in `queue`; return their number."""
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number, total FROM orders WHERE queue = %s ORDER BY number", (queue,))
        orders = pd.DataFrame(cursor.fetchall(), columns=["number", "total"])
    for number in orders["number"]:
        Image.new("RGB", (620, 877), "white").save(INVOICES / f"{number}-{pd.Timestamp.now(ZONE):%Y%m%d}.png")
    return len(orders)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queue", required=True)
    queue = parser.parse_args().queue
    while True:
        write_invoices(queue)
        time.sleep(5)
