"""Chainguard's free images: the full package closure of their published locks."""

import re
from dataclasses import dataclass, replace

from basewright.catalog.kinds import footprint
from basewright.catalog.measured import carries_certificates, packages_of, uid_of, users_of
from basewright.catalog.products import Product, role_of
from basewright.catalog.records import ChainguardRecord
from basewright.catalog.shelf import Shelf
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.model.base import BaseImage, Hardened, OperatingSystem, PackageList, Role, Runtime
from basewright.model.reference import ImageReference

NAMESPACE = "cgr.dev/chainguard"
VENDOR = "Chainguard"
_FREE_NOTE = "free of charge only under `latest`: the version moves, older lines need a contract"
_ICU = re.compile(r"libicu([0-9]{2})")
_LIBC = re.compile(r"glibc-([0-9]+\.[0-9]+)")
_PACKAGES = {
    "node": r"nodejs-[0-9.]+",
    "python": r"python-[0-9.]+",
    "go": r"go-[0-9.]+",
    "rust": r"rust-[0-9.]+",
    "java": r"openjdk-[0-9]+(?:-jre)?",
    "php": r"php-[0-9.]+",
    "ruby": r"ruby-[0-9.]+",
    "dotnet": r"dotnet-[0-9]+",
    "gcc": r"gcc",
    "postgres": r"postgresql-[0-9]+(?:-base)?",
    "mongo": r"mongod?-[0-9.]+",
    "nginx": r"nginx-(?:mainline|stable)",
    "docker": r"docker-[0-9]+",
}
"""Product → pattern of the package whose version is the runtime's; elsewhere the product's name, its line allowed."""


@dataclass(frozen=True, slots=True)
class ChainguardReader:
    """Reads the shelves of cgr.dev/chainguard."""

    store: Store
    support: Support

    def shelf(self, product: Product) -> Shelf:
        """Return the repository of `product`."""
        name = product.repository.rpartition("/")[2]
        tags: dict[str, BaseImage] = {}
        builds = []
        for record in self.store.lines(ChainguardRecord, name):
            build = self._build(record, name, product)
            builds.append(build)
            tags.update(dict.fromkeys(record.tags, build))
        return Shelf(product.repository, tuple(sorted(builds, key=lambda build: str(build.reference))), tags)

    def _build(self, record: ChainguardRecord, name: str, product: Product) -> BaseImage:
        packages = packages_of(record.packages)
        users = users_of(record.users)
        source = replace(self.store.provenance("chainguard"), source=f"chainguard-images/images {record.lock}")
        variant = _variant(record, name)
        role = Role.BUILD if record.dev else role_of(product, tuple((variant or "").split("-")))
        version = _version(product.name, packages)
        horizon, over = self.support.horizon(None, product.support, version)
        is_system = product.role is Role.OS
        tag = min(record.tags, key=lambda one: (not one.startswith("latest"), len(one), one))
        return BaseImage(
            reference=ImageReference("cgr.dev", f"chainguard/{name}", tag),
            aliases=tuple(sorted(set(record.tags) - {tag})),
            vendor=VENDOR,
            family="wolfi",
            role=role,
            runtime=None if is_system else Runtime(product.name, version),
            variant=variant,
            os=OperatingSystem("wolfi", None),
            # The closure is complete: an image without glibc's package holds no C library.
            libc=record.libc or "none",
            libc_version=_captured(_LIBC, packages),
            icu_major=int(icu) if (icu := _captured(_ICU, packages)) else None,
            shell=bool(record.shells),
            package_manager=record.package_manager,
            kind=footprint(
                shell=bool(record.shells),
                package_manager=record.package_manager,
                family="wolfi",
                role=role,
                is_reduced=True,
            ),
            hardened=Hardened("Chainguard", _basis(record)),
            user=record.user,
            uid=uid_of(record.user, users),
            users=users,
            entrypoint=record.entrypoint,
            command=record.command,
            working_directory=record.working_directory,
            environment=record.environment,
            ca_certificates=carries_certificates(packages),
            time_zones="tzdata" in packages,
            architectures=record.architectures,
            packages=len(packages),
            package_list=PackageList(packages, is_complete=True, provenance=source),
            horizon=horizon,
            notes=(_FREE_NOTE, *over),
            provenance={
                **dict.fromkeys(("identity", "config", "users", "packages"), source),
                "horizon": self.store.provenance("support"),
            },
        )


def _variant(record: ChainguardRecord, name: str) -> str | None:
    words = [name] if name in {"jre", "jdk"} else []
    words += [name.removeprefix("dotnet-").removesuffix("-runtime")] if name in _DOTNET else []
    tag = min(record.tags, key=len).removeprefix("latest").strip("-")
    words += [word for word in tag.split("-") if word and word != "glibc" and not word[0].isdigit()]
    return "-".join(words) or None


_DOTNET = frozenset({"dotnet-runtime", "dotnet-sdk", "aspnet-runtime"})


def _basis(record: ChainguardRecord) -> str:
    facts = [f"runs as {record.user or 'root'}"]
    facts.append(f"shells in its lock: {', '.join(record.shells)}" if record.shells else "no shell in its lock")
    facts.append("apk in it" if record.package_manager else "no package manager")
    return "rebuilt daily from Wolfi packages; " + ", ".join(facts)


def _version(product: str, packages: dict[str, str]) -> str | None:
    pattern = re.compile(_PACKAGES.get(product, rf"{re.escape(product)}(?:-[0-9][0-9.]*)?"))
    found = next((packages[name] for name in sorted(packages) if pattern.fullmatch(name)), None)
    return found.rpartition("-r")[0] if found else None


def _captured(pattern: re.Pattern[str], packages: dict[str, str]) -> str | None:
    return next((match.group(1) for name in sorted(packages) if (match := pattern.fullmatch(name))), None)
