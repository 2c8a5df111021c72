"""CA_CERTIFICATES: the workload checks other servers' certificates against the system's store."""

import re
from collections.abc import Iterator

from basewright.model.need import Confidence, EvidenceKind, Need, NeedKind
from basewright.model.span import Location
from basewright.needs.evidence import need, subject
from basewright.needs.native_python import normalized
from basewright.needs.tables import ecosystems
from basewright.needs.view import WorkloadView

_VALUE = "ca-certificates"
_PACKAGES = frozenset({"ca-certificates", "ca-certificates-bundle", "ca-certificates-java"})
_VARIABLES = frozenset({"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"})
_OUTSIDE = re.compile(r"https://(?!(?:localhost|127\.|\[::1\]|0\.0\.0\.0))")
_BRING_THEIR_OWN = frozenset({"node", "java", "bun", "deno"})


def detect(view: WorkloadView) -> Iterator[Need]:
    """Yield the evidence for certificates: installed, copied, configured, or implied by what is called."""
    for package in view.finally_installed:
        if package.name in _PACKAGES and not package.is_removed:
            yield _need(package.where, f"{package.manager} installs {package.name}", Confidence.CERTAIN)
    for one in view.copies:
        if "ca-certificates" in one.source or one.destination.startswith(("/etc/ssl/certs", "/etc/pki/")):
            yield _need(one.placed.where, f"{one.source} is copied in", Confidence.CERTAIN)
    yield from _environment(view)
    for invocation in view.invocations:
        if invocation.origin is EvidenceKind.FILE and any(_OUTSIDE.search(word) for word in invocation.arguments):
            what = f"{subject(invocation.source)} calls {invocation.program} on an https:// address"
            yield _need(invocation.where, what, invocation.confidence)
        if invocation.program == "update-ca-certificates":
            yield _need(invocation.where, f"{subject(invocation.source)} calls it", Confidence.CERTAIN)
    yield from _clients(view)


def _environment(view: WorkloadView) -> Iterator[Need]:
    """Yield what the environment says; values may hold secrets, so the names alone are told."""
    for name, setting in sorted(view.workload.runtime.environment.items()):
        if name in _VARIABLES and setting.value:
            yield _need(setting.where, f"{name} names a store of certificates", Confidence.CERTAIN)
        elif _OUTSIDE.match(setting.value):
            brings = view.runtime_name in _BRING_THEIR_OWN
            detail = f"{view.runtime_name} brings its own certificates" if brings else ""
            confidence = Confidence.LOW if brings else Confidence.MEDIUM
            yield _need(setting.where, f"{name} holds an https:// address", confidence, detail)


def _clients(view: WorkloadView) -> Iterator[Need]:
    for ecosystem in ("pypi", "gem", "composer", "cargo"):
        table = ecosystems()[ecosystem]
        for manifest, dependency in view.dependencies(ecosystem):
            name = normalized(dependency.name) if ecosystem == "pypi" else dependency.name
            what = f"{manifest.path} names {name}, which makes TLS connections"
            if name in table.get("http", ()):
                yield _need(dependency.where, what, Confidence.MEDIUM)
            elif name in table.get("http_bundled", ()):
                yield _need(dependency.where, what, Confidence.LOW, f"{name} brings certificates of its own")
    for manifest in view.manifests("golang"):
        what = f"{manifest.path}: what Go calls over HTTPS is checked against the system's certificates"
        yield _need(Location(manifest.path), what, Confidence.LOW)


def _need(where: Location, what: str, confidence: Confidence, detail: str = "") -> Need:
    return need(NeedKind.CA_CERTIFICATES, _VALUE, where, what, confidence=confidence, detail=detail)
