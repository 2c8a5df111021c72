"""Basewright chooses minimal, hardened base images for Dockerized projects, and proves that they fit."""

__version__ = "0.1.0"
