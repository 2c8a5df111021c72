"""Can it be had: entitlement, architectures; and is it meant to run, not to build."""

from collections.abc import Iterator

from basewright.model.base import Access, BaseImage, Role
from basewright.recommend import references
from basewright.recommend.fit.judgement import Caution, Obstacle
from basewright.recommend.situation import Situation
from basewright.recommend.subject import Subject
from basewright.recommend.versions import is_pre_release

_ACCESS_WORDS = {
    Access.FREE: "is free",
    Access.LOGIN: "needs a login",
    Access.ENTITLED: "needs a contract with its vendor",
}


def check(situation: Situation, subject: Subject, base: BaseImage) -> Iterator[Obstacle | Caution]:
    """Refuse what cannot be pulled as the options say, is published for too few architectures, or only builds."""
    tag = base.reference.tag or ""
    if base.access not in situation.options.access:
        yield Obstacle(f"it {_ACCESS_WORDS[base.access]}, and images of this access were not asked for")
    if missing := _missing_architectures(situation, base):
        yield Obstacle(f"it is not published for {', '.join(missing)}")
    if base.role is Role.BUILD or tag.endswith("-dev"):
        yield Obstacle("it is made to build: compilers or a package manager come with it; use it in a build stage only")
    if "debug" in tag.split("-"):
        yield Obstacle("it is made to look into a running container: a shell comes with it; not for production")
    if base.prerelease or is_pre_release(tag):
        yield Obstacle("it is a pre-release")
    if base.vendor == "Chainguard" and tag == "latest":
        yield Caution(
            "free images of this vendor have the tag latest only: the next pull may bring another release of "
            f"{subject.name}; "
            "pin its digest",
            references.CHAINGUARD_FREE,
        )


def _missing_architectures(situation: Situation, base: BaseImage) -> list[str]:
    if not base.architectures:
        return []
    wanted = set(situation.options.architectures)
    platform = situation.workload.base.platform
    if platform and "$" not in platform:
        wanted.add(platform.split("/", 1)[-1])
    published = {_plain(one) for one in base.architectures}
    return sorted(one for one in wanted if _plain(one) not in published)


def _plain(architecture: str) -> str:
    """Return an architecture without the variant that is its default: ``arm64/v8`` is ``arm64``."""
    return {"arm64/v8": "arm64", "x86_64": "amd64", "aarch64": "arm64", "amd64/v1": "amd64"}.get(
        architecture, architecture
    )
