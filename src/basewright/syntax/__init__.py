"""Lossless parsers with byte spans: Dockerfile, shell, YAML, .env. Pure."""
