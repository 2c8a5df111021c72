"""Projects that mean harm, by what they do, each made in an empty folder.

The words stand for the case ids of the threat model: A14, A16, E01-E06 (what is read), F01-F06 (what is written).
"""

from hostile_compose import COMPOSE_FILES
from hostile_dockerfiles import DOCKERFILES
from hostile_files import Make
from hostile_manifests import MANIFESTS

READING: dict[str, Make] = {**DOCKERFILES, **COMPOSE_FILES, **MANIFESTS}
"""What is read: each is answered in bounds, with an unknown or one clear error."""

SAYS: dict[str, str] = {
    "a directory called Dockerfile": "Dockerfile: a folder, not a regular file",
    "a dangling link called Dockerfile": "Dockerfile: a link that leads nowhere",
    "a link to itself called Dockerfile": "Dockerfile: Too many levels",
    "a link out of the project called Dockerfile": "Dockerfile: leads outside the project",
    "a link to a device called Dockerfile": "Dockerfile: leads outside the project",
    "FIFOs in place of every file": "compose.yaml: a FIFO, not a regular file",
    "a socket called Dockerfile": "Dockerfile: a socket",
    "a Dockerfile of 100 MB": "104857600 bytes, more than",
    "a binary Dockerfile": "Dockerfile: a binary file",
    "a Dockerfile with NUL bytes": "Dockerfile: a binary file",
    "a Dockerfile in UTF-16": "in UTF-16",
    "a Dockerfile that ends inside a heredoc": "Dockerfile:2: the here-document 'EOF' is not ended",
    "a Dockerfile that ends inside FROM": "FROM names no base",
    "an empty Dockerfile": "no instructions",
    "a Dockerfile of comments": "no instructions",
    "a line of 1 MB": "longer than 65535 bytes",
    "a pattern that backtracks": "takes too long",
    "a bomb of aliases": "expands to more than 1000000 nodes",
    "a bomb of merge keys": "expands to more than 1000000 nodes",
    "an anchor that holds itself": "contains itself",
    "a mapping that merges itself": "contains itself",
    "a flow a million deep": "nested more than 200 deep",
    "a Compose file in UTF-16": "UTF-16",
    "a Compose file of 100 MB": "104857600 bytes, more than",
    "a half-written Compose file": "not YAML",
    "odd services: services_list": "services is no mapping",
    "odd services: empty": "no Dockerfile, and no Compose, Bake or Kubernetes file",
    "extends in a circle": "goes round in a circle",
    "includes in a circle": "include goes round in a circle",
    "paths out of the project": "remote, nothing is fetched",
    "a bomb of interpolation": "nested more than 32 deep",
    "a bomb of variables": "interpolation makes more than",
    "a hostile environment file": "holds a NUL byte",
    "a deep package.json": "nested too deep",
    "a pom.xml with an entity bomb": "entities are not read",
    "a pom.xml with outside entities": "entities are not read",
    "a csproj with outside entities": "entities are not read",
    "requirements that include themselves": "/etc/passwd",
    "a deep TOML": "nested too deep",
    "a tree deeper than any path": "too many or too deep files",
}
"""What is told of some of `READING`."""
