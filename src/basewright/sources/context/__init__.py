"""Package manifests and locks of a build context, and what `.dockerignore` keeps out of it."""

from basewright.sources.context.dockerignore import Ignore, read_dockerignore
from basewright.sources.context.manifests import read_manifest, read_manifests

__all__ = ["Ignore", "read_dockerignore", "read_manifest", "read_manifests"]
