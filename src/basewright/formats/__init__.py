"""Bounded readers of hostile bytes: tar, ELF, zip, rpm databases. Pure: bytes in, values out."""
