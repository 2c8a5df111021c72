"""What a repository is an image of, and what is known of it by its release lines."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from basewright.catalog.measured import users_of
from basewright.catalog.records import ProductRecord, RuleRecord, SupportRecord
from basewright.catalog.store import Store
from basewright.catalog.support import Support
from basewright.catalog.tags import TagWords
from basewright.model.base import BaseImage, Provenance, Role


@dataclass(frozen=True, slots=True)
class Product:
    """The product of one repository."""

    name: str
    repository: str
    role: Role
    support: str | None
    """Its product in the end-of-life table."""
    record: ProductRecord | None = None

    @property
    def names_by_codename(self) -> bool:
        """Whether releases are best named by their codename, as Debian's are."""
        return self.record is not None and self.record.names == "codename"

    @property
    def system(self) -> str | None:
        """os-release's id where the image's version is the distribution's."""
        return self.record.system if self.record else None

    def default_system(self, *, is_slim: bool) -> str | None:
        """Return the distribution that a tag without a word for one has always meant; some only where it says slim."""
        if self.record is None:
            return None
        slim = self.record.default_system.get(f"{self.repository}:slim") if is_slim else None
        return slim or self.record.default_system.get(self.repository)

    def variant(self, words: tuple[str, ...]) -> str | None:
        """Return the variant that a tag's remaining words name, or that of tags which name none."""
        default = self.record.default_variant.get(self.repository) if self.record else None
        named = any(word.startswith(_NAMED_VARIANTS) for word in words)
        return "-".join((*((default,) if default and not named else ()), *words)) or None

    def is_like_today(self, version: str | None, live: Iterable[str], support: Support) -> bool:
        """Whether an unlisted tag of `version` was made as the builds of the `live` versions are.

        From the version that the product's table names, or else where its release line is still listed.
        """
        if version is None:
            return False
        since = self.record.same_since.get(self.repository) if self.record else None
        if since is not None:
            return _numbers(version) >= _numbers(since)
        return self._line_or_two(version, support) in {self._line_or_two(one, support) for one in live}

    def _line_or_two(self, version: str, support: Support) -> str:
        return self.line(version, support) or ".".join(version.split(".")[:2])

    @property
    def is_one_line(self) -> bool:
        """Whether its repository is one release line, whatever its tags are numbered by."""
        return self.record is not None and self.record.one_line

    def is_same_since(self, version: str) -> bool:
        """Whether its repository's table says that images of `version` are configured as today's are."""
        since = self.record.same_since.get(self.repository) if self.record else None
        return since is not None and _numbers(version) >= _numbers(since)

    @property
    def former_words(self) -> tuple[str, ...]:
        """Words that its repository's tags once had and today's have not."""
        return self.record.former_words.get(self.repository, ()) if self.record else ()

    def channel(self, tag: str) -> str | None:
        """Return the codename that a channel of a distribution is today: ``stable-slim`` → ``trixie``."""
        return self.record.channels.get(tag.partition("-")[0]) if self.record else None

    @property
    def own_family(self) -> str:
        """The family where the product is one of its own."""
        return self.name if self.name == "busybox" else ""

    def line(self, version: str, support: Support) -> str | None:
        """Return the release line of `version`, None where nothing says how long it is."""
        if (cycle := support.cycle(self.support, version)) is not None:
            return cycle
        if self.record is not None and self.record.line is not None:
            return ".".join(version.split(".")[: self.record.line])
        return None


class Products:
    """The products, found by repository and by name."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owner = {one: name for name, record in store.products.items() for one in record.repositories}

    def of(self, repository: str) -> Product:
        """Return the product of a repository; one that stands nowhere is a service of its own name."""
        name = self._owner.get(repository)
        if name is None:
            own = repository.rpartition("/")[2]
            # The end-of-life table names products as their makers do, so an equal name is the same product.
            return Product(own, repository, Role.SERVICE, own if self._store.lines(SupportRecord, own) else None)
        record = self._store.products[name]
        support = record.support_of.get(repository, record.support or "") or None
        return Product(name, repository, Role(record.role), support, record)

    def repositories(self, name: str) -> tuple[str, ...]:
        """Return the repositories, sorted, that hold images of the product `name`."""
        record = self._store.products.get(name)
        listed = set(record.repositories) if record else set()
        own = {one for one in self._store.repositories if one.rpartition("/")[2] == name and one not in self._owner}
        return tuple(sorted(listed | own))

    def unoffered(self) -> tuple[str, ...]:
        """Return the repositories, sorted, of images for one platform, which are recognised and never proposed."""
        records = self._store.products.values()
        return tuple(sorted(one for record in records if not record.offered for one in record.repositories))

    def systems(self) -> tuple[str, ...]:
        """Return the repositories of distributions and less, sorted."""
        records = self._store.products.values()
        offered = (record for record in records if record.role == Role.OS and record.offered)
        return tuple(sorted(one for record in offered for one in record.repositories))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


_NAMED_VARIANTS = ("jdk", "jre", "sdk")
_COMPILERS = ("jdk", "sdk", "builder")


def role_of(product: Product, words: tuple[str, ...]) -> Role:
    """Return the role of a variant: a JDK or an SDK is to build with, whatever the product's other images are for."""
    if product.role is not Role.RUNTIME:
        return product.role
    return Role.BUILD if any(word.startswith(_COMPILERS) for word in words) else product.role


def with_rules(base: BaseImage, product: Product) -> BaseImage:
    """Return `base` with the facts that hold for its release line, where it was not measured itself."""
    if product.record is None or base.runtime is None or base.compressed_bytes is not None:
        return base
    major = (base.runtime.version or "").partition(".")[0]
    for rule in product.record.rules:
        if rule.repository == product.repository and major.isdigit() and _covers(rule, int(major), base.family):
            base = _ruled(base, rule, major)
    return base


def with_notes(base: BaseImage, product: Product, words: TagWords) -> BaseImage:
    """Return `base` with what its product's table says of tags like its own; `words` are those of its tag."""
    for one in product.record.notes if product.record else ():
        if (
            one.repository == product.repository
            and one.family in {None, base.family}
            and one.slim in {None, words.is_slim}
        ):
            source = Provenance(one.source, dt.date.fromisoformat(one.date))
            base = replace(base, notes=(*base.notes, one.note), provenance={**base.provenance, "notes": source})
    return base


def _ruled(base: BaseImage, rule: RuleRecord, line: str) -> BaseImage:
    provenance = Provenance(rule.source, dt.date.fromisoformat(rule.date))
    environment = {name: value.replace("{line}", line) for name, value in rule.environment.items()}
    group = "users" if rule.users else "data"
    return replace(
        base,
        volumes=base.volumes if rule.volumes is None else rule.volumes,
        users=users_of(rule.users) or base.users,
        environment={**base.environment, **environment},
        provenance={**base.provenance, group: provenance},
    )


def _covers(rule: RuleRecord, major: int, family: str) -> bool:
    if rule.family is not None and rule.family != family:
        return False
    return (rule.first is None or rule.first <= major) and (rule.last is None or major <= rule.last)
