"""Turns gathered base-image facts into the compact data files of `basewright.catalog`."""
