"""Java runtimes, by the release file that every JDK and JRE has carried since Java 7."""

from basewright.formats.content import MalformedError
from basewright.image.interface import Analyser, Found, Interest
from basewright.inventory.interface import Catch, Scene
from basewright.inventory.languages.owned import files_below
from basewright.inventory.languages.reading import FileAnalyser, Told, decode_text, text
from basewright.model.package import Evidence, Package
from basewright.model.purl import purl

RELEASE_BYTES = 512 * 1024
_VERSIONS = ("JAVA_RUNTIME_VERSION", "FULL_VERSION", "JAVA_VERSION")


def read_release(_path: str, data: bytes) -> Told | None:
    """Return what a release file says; None for other files of that name.

    The product is named as NVD and other scanners do: ``oracle/openjdk``, ``azul/zulu``, ``ibm/java``, ``oracle/jdk``.
    """
    if b"JAVA_VERSION" not in data:
        return None
    fields: dict[str, str] = {}
    for line in decode_text(data).splitlines():
        key, equals, value = line.partition("=")
        if equals:
            fields.setdefault(key.strip(), value.strip().strip('"'))
    versions = [value for key in _VERSIONS if (value := text(fields.get(key)))]
    if not versions:
        raise MalformedError("a release file of Java without a version")
    implementor = fields.get("IMPLEMENTOR", "")
    vendor, product = _product(implementor.lower(), fields)
    repository = text(fields.get("SOURCE_REPO") or fields.get("BUILD_SOURCE_REPO"))
    return Told(
        product,
        versions[0],
        vendor,
        supplier=text(implementor) or None,
        qualifiers=(("repository_url", repository),) if repository else (),
    )


def _product(implementor: str, fields: dict[str, str]) -> tuple[str, str]:
    """Return vendor and product."""
    kind = "jre" if "jre" in fields.get("IMAGE_TYPE", "").lower() else "jdk"
    if "azul" in implementor:
        return "azul", "zulu"
    if "ibm" in implementor:
        return "ibm", "java"
    if "sun" in implementor:
        return "sun", kind
    if "oracle" in implementor or fields.get("BUILD_TYPE") == "commercial":
        return "oracle", kind
    return "oracle", "openjdk"


class JvmCataloger:
    """See `Cataloger`. Everything below the runtime's directory is its own."""

    name = "jvm"
    analysers: tuple[Analyser, ...] = (
        FileAnalyser(
            "jvm",
            1,
            Interest(names=frozenset({"release"})),
            Told,
            lambda path: "/" in path,
            read_release,
            RELEASE_BYTES,
        ),
    )

    def catalog(self, scene: Scene) -> Catch:
        """See `Cataloger.catalog`."""
        found = scene.tree.found("jvm")
        owned = files_below(scene.files, [_home(one.path) for one in found]) if found else {}
        return Catch(tuple(_package(one, tuple(owned[_home(one.path)])) for one in found))


def _home(path: str) -> str:
    return path.rpartition("/")[0]


def _package(one: Found, files: tuple[str, ...]) -> Package:
    told: Told = one.record
    return Package(
        type="generic",
        name=f"{told.namespace}/{told.name}",
        version=told.version,
        purl=purl("generic", told.name, told.version, namespace=told.namespace, qualifiers=dict(told.qualifiers)),
        location=one.path,
        layer=one.layer,
        evidence=Evidence.MARKER,
        files=files,
        supplier=told.supplier,
        is_runtime=True,
    )
