"""Media types of images, and what else registries hold (image-spec media-types.md; Docker's schema 2)."""

from typing import Final

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
DOCKER_INDEX: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG: Final = "application/vnd.docker.container.image.v1+json"

INDEXES: Final = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFESTS: Final = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
CONFIGS: Final = frozenset({OCI_CONFIG, DOCKER_CONFIG})
SCHEMA_1: Final = frozenset(
    {
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    }
)
ARTIFACT_MANIFEST: Final = "application/vnd.oci.artifact.manifest.v1+json"
"""Of a draft of image-spec 1.1 that was withdrawn."""
UNTOLD: Final = frozenset({"", "application/json", "application/octet-stream", "text/plain", "binary/octet-stream"})
"""What servers answer that do not know what they hold: it declares nothing."""
ACCEPTED: Final = (OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST)
"""What a client asks a registry for, in this order."""

_LAYERS: Final = (
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
)
_FOREIGN: Final = ("application/vnd.oci.image.layer.nondistributable.", "application/vnd.docker.image.rootfs.foreign.")

_ARTIFACTS: Final = (
    ("application/vnd.cncf.helm.", "a Helm chart"),
    ("application/vnd.dev.cosign.simplesigning.", "a signature by cosign"),
    ("application/vnd.dev.cosign.", "an attachment by cosign"),
    ("application/vnd.dev.sigstore.bundle", "a signature (Sigstore bundle)"),
    ("application/vnd.cncf.notary.signature", "a signature by Notation"),
    ("application/vnd.in-toto", "an attestation"),
    ("application/vnd.dsse.envelope", "an attestation"),
    ("application/spdx", "an SBOM (SPDX)"),
    ("text/spdx", "an SBOM (SPDX)"),
    ("application/vnd.cyclonedx", "an SBOM (CycloneDX)"),
    ("application/vnd.syft", "an SBOM (Syft)"),
    ("application/vnd.aquasec.trivy.", "a vulnerability database"),
    ("application/vnd.buildkit.cacheconfig", "a build cache"),
    ("application/vnd.docker.plugin", "a Docker plugin"),
    ("application/vnd.docker.compose.", "a Compose project"),
    ("application/vnd.docker.ai.", "a model for Docker Model Runner"),
    ("application/vnd.cncf.model.", "a model"),
    ("application/vnd.ollama.", "a model for Ollama"),
    ("application/vnd.wasm.", "a WebAssembly module"),
    ("application/vnd.module.wasm.", "a WebAssembly module"),
    ("application/wasm", "a WebAssembly module"),
    ("application/vnd.cncf.flux.", "Flux sources"),
    ("application/vnd.cncf.openpolicyagent.", "an Open Policy Agent bundle"),
    ("application/vnd.cncf.kubernetes.", "a Kubernetes artifact"),
    ("application/vnd.sylabs.sif.", "a Singularity image"),
    ("application/vnd.devcontainers", "a dev container feature or template"),
    ("application/vnd.homebrew.", "a Homebrew bottle"),
    ("application/vnd.gardener.", "a component descriptor"),
    ("application/vnd.ansible.", "an Ansible artifact"),
    ("application/vnd.oci.empty.", "an artifact without a configuration"),
)
"""What stands first in the media type of a configuration, a layer or an artifact → what it is, as their projects
document them."""


def plain(media_type: str) -> str:
    """Return `media_type` without parameters, in lower case (RFC 9110, section 8.3.1)."""
    return media_type.partition(";")[0].strip().lower()


def is_layer(media_type: str) -> bool:
    """Whether a blob of this type is a layer's archive; Docker's plain ``.tar`` and what a suffix compresses count."""
    return media_type.startswith(_LAYERS)


def is_foreign(media_type: str) -> bool:
    """Whether a layer of this type may lie elsewhere than its image (image-spec layer.md, non-distributable layers)."""
    return media_type.startswith(_FOREIGN)


def kind_of_artifact(media_type: str) -> str | None:
    """Return what a type that is no image's stands for: ``a Helm chart``; None where it is not known."""
    return next((kind for prefix, kind in _ARTIFACTS if media_type.startswith(prefix)), None)
