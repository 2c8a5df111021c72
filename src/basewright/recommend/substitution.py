"""Other vendors' builds of one runtime: they carry the same release, and are another product all the same.

Java alone is built by many; the names are those of their repositories (Docker Hub's official images, Docker Hardened
Images, the vendors' own).
"""

from basewright.model.base import BaseImage

_BUILDS = {
    "eclipse-temurin": "Eclipse Temurin",
    "amazoncorretto": "Amazon Corretto",
    "corretto": "Amazon Corretto",
    "sapmachine": "SapMachine",
    "ibm-semeru-runtimes": "IBM Semeru",
    "ibm-semeru": "IBM Semeru",
    "azul-zulu": "Azul Zulu",
    "zulu": "Azul Zulu",
    "zulu-openjdk": "Azul Zulu",
    "liberica": "BellSoft Liberica",
    "liberica-openjdk-debian": "BellSoft Liberica",
    "liberica-openjre-debian": "BellSoft Liberica",
    "openjdk": "OpenJDK",
    "graalvm": "GraalVM",
    "dragonwell": "Alibaba Dragonwell",
    "msopenjdk": "Microsoft Build of OpenJDK",
}
_USUAL = "Eclipse Temurin"
"""What stands for Java where today's base is of no vendor's build."""


def build_of(base: BaseImage | None) -> str | None:
    """Return whose build of its runtime `base` is, None where its repository is of no single vendor's build."""
    if base is None or base.runtime is None or base.runtime.name != "java":
        return None
    return _BUILDS.get(base.reference.repository.rsplit("/", 1)[-1])


def substitutes(old: BaseImage | None, new: BaseImage) -> bool:
    """Whether `new` is another vendor's build than the one in `old`; OpenJDK's own images have Temurin as successor."""
    build = build_of(new)
    today = build_of(old)
    own = {today} if today not in {None, "OpenJDK"} else {_USUAL, today}
    return build is not None and build not in own
