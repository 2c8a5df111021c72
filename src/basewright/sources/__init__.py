"""A project's Dockerfiles, Compose, Bake and Kubernetes files, joined into workloads."""

from basewright.sources.interface import SourceOptions, discover

__all__ = ["SourceOptions", "discover"]
