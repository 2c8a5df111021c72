"""Compose projects: the Compose specification of today, read with the place of every value."""
