"""Rows for what is not offered: families of which nothing was weighed, what is too much, and what ranks too low."""

from dataclasses import replace

import pytest
from advising import (
    ALPINE,
    ALPINE_BASE,
    BOOKWORM,
    CHAINGUARD,
    DEBIAN_SLIM,
    DHI,
    IMAGES,
    NGINX,
    NGINX_DHI,
    NODE,
    NODE_18,
    NODE_22,
    NODE_ALPINE,
    NODE_DISTROLESS,
    NODE_SLIM,
    advice,
    build_tool,
    candidate,
    difference,
    image,
    need,
    references,
    refusal,
    shellless,
)
from needing import mount, service, workload

from basewright.model.base import Horizon, Kind
from basewright.model.candidate import Suitability
from basewright.model.contract import Aspect, Effect
from basewright.model.need import NeedKind
from basewright.model.span import Location
from basewright.model.workload import Declaration
from basewright.recommend.rank import is_moving

NODE_NEED = need(NeedKind.INTERPRETER, "node", version="24.19.0")
APP = workload('FROM node:24-trixie\nCMD ["node", "s.js"]\n')
APACHE = image("php:8.3-apache-trixie", "php 8.3.20", variant="apache")
FPM = image("php:8.3-fpm-alpine3.24", "php 8.3.20", ALPINE, variant="fpm")
CLI = image("php:8.3-cli-alpine3.24", "php 8.3.20", ALPINE, variant="cli")
PHP = workload("FROM php:8.3-apache-trixie\nCOPY . /var/www/html\n")
PHP_NEED = need(NeedKind.INTERPRETER, "php", version="8.3.20")


def test_an_image_of_another_variant_is_named_with_what_it_takes() -> None:
    row = refusal(advice(PHP, PHP_NEED, images=(APACHE, FPM, CLI)), "alpine")

    assert row.cause == (
        "no image of this variant (apache is in use); php:8.3-fpm-alpine3.24 is of the variant fpm: "
        "it answers FastCGI alone and needs a web server beside it"
    )


def test_an_image_of_the_plain_variant_is_said_to_be_so() -> None:
    plain = shellless("dhi.io/php:8.3", "php 8.3.20", vendor=DHI)

    row = refusal(advice(PHP, PHP_NEED, images=(APACHE, plain)), "docker-hardened-images")

    assert row.cause == "no image of this variant (apache is in use); dhi.io/php:8.3 is of the plain one"


def test_a_family_of_other_lines_tells_them() -> None:
    newer = replace(FPM, runtime=replace(NODE.runtime or NODE.carries[0], name="php", version="8.5.1"))

    row = refusal(advice(PHP, PHP_NEED, images=(APACHE, newer)), "alpine")

    assert row.cause == "its images of php are of 8.5; php 8.3 is needed"


def test_a_family_without_any_image_says_so_and_names_one_like_it() -> None:
    other = shellless("mcr.example/node:24-chiseled", "node 24.19.0", vendor="Microsoft")
    chained = shellless("cgr.dev/chainguard/node:24", "node 24.19.0", vendor=CHAINGUARD)

    assert refusal(advice(APP, NODE_NEED, images=(NODE,)), "distroless").cause == (
        "the catalog knows no image of this family with node"
    )
    assert "cgr.dev/chainguard/node:24 is one without a shell, of another vendor" in (
        refusal(advice(APP, NODE_NEED, images=(NODE, chained)), "distroless").cause
    )
    found = advice(APP, NODE_NEED, images=(NODE, other))
    assert "distroless" not in {one.reference for one in found.refusals}


def test_the_kind_and_release_of_today_are_no_news() -> None:
    older = replace(NODE_ALPINE, reference=replace(NODE_ALPINE.reference, tag="24-alpine3.22"), horizon=Horizon())
    app = workload('FROM node:24-alpine3.24\nCMD ["node", "s.js"]\n')

    found = advice(app, NODE_NEED, images=(NODE_ALPINE, older))

    assert "alpine" not in {one.reference for one in found.refusals}


def test_lines_of_other_families_are_no_noise() -> None:
    corretto = image("amazoncorretto:8-al2023", "node 18.1.0", family="amazonlinux")

    found = advice(APP, NODE_NEED, images=(NODE, NODE_SLIM, NODE_22, corretto))

    assert {"amazoncorretto:8-al2023", "node:22-trixie"} & {one.reference for one in found.refusals} == set()


def test_packages_of_a_distribution_keep_a_plain_base_on_it() -> None:
    app = workload('FROM debian:bookworm-slim\nRUN apt-get install -y gosu\nCMD ["/run.sh"]\n')
    base = replace(image("debian:bookworm-slim", os=BOOKWORM, kind=Kind.SLIM), horizon=Horizon())

    found = advice(app, need(NeedKind.LIBRARY, "gosu", line=2), images=(base, DEBIAN_SLIM, ALPINE_BASE))

    rows = {one.reference: one for one in found.refusals}
    assert {"alpine", "chainguard", "distroless", "docker-hardened-images", "scratch"} <= set(rows)
    assert rows["alpine"].cause == (
        "what runs comes from packages of debian (gosu), and another family has them in other releases, if at all"
    )
    assert rows["scratch"].cause.endswith("nothing can be installed there")
    assert [str(one) for one in rows["scratch"].where] == ["Dockerfile:2"]


def test_where_nothing_is_known_to_run_the_row_says_what_to_tell() -> None:
    found = advice(workload("FROM alpine:3.24\n"), images=(ALPINE_BASE, DEBIAN_SLIM))

    row = refusal(found, "distroless")
    assert row.cause == "nothing tells what runs, so only images of alpine (apk) can stand in for today's"
    assert "declare" in row.plan
    assert "alpine" not in {one.reference for one in found.refusals}


def test_a_full_image_stands_only_where_nothing_smaller_fits() -> None:
    longer = replace(NODE, reference=replace(NODE.reference, tag="24-forky"), compressed_bytes=1)

    alone = advice(APP, NODE_NEED, images=(NODE, longer))
    assert references(alone) == ["node:24-forky"]
    both = advice(APP, NODE_NEED, images=(NODE, longer, NODE_SLIM))
    assert references(both) == ["node:24-trixie-slim"]
    assert refusal(both, "node:24-forky").cause == (
        "it fits, and is no smaller in kind than today's base; node:24-trixie-slim is, and fits"
    )


def test_an_image_of_todays_kind_has_to_bring_something() -> None:
    app = workload('FROM node:24-trixie-slim\nCMD ["node", "s.js"]\n')
    twin = replace(NODE_SLIM, reference=replace(NODE_SLIM.reference, tag="24-other-slim"))
    smaller = replace(twin, compressed_bytes=1)
    unknown = replace(twin, compressed_bytes=None)
    unprivileged = replace(twin, user="node", uid=1000)

    same = advice(app, NODE_NEED, images=(NODE_SLIM, twin))
    assert refusal(same, "node:24-other-slim").cause == (
        "it fits, but brings neither longer support, hardening nor a smaller size"
    )
    for base in (smaller, unknown, unprivileged):
        assert references(advice(app, NODE_NEED, images=(NODE_SLIM, base))) == ["node:24-other-slim"]


def test_what_ranks_below_the_list_is_told() -> None:
    found = advice(APP, NODE_NEED, images=IMAGES, most_candidates=1)

    assert len(found.candidates) == 1
    assert refusal(found, str(NODE_ALPINE.reference)).cause == "it fits, and ranks below the 1 that are listed"


def test_a_moving_tag_stands_behind_what_keeps_its_line() -> None:
    moving = shellless("cgr.dev/chainguard/node:latest", "node 24.19.0", vendor=CHAINGUARD)

    assert is_moving(moving)
    assert not is_moving(shellless("registry.example/ubi10/ubi-minimal:latest"))
    found = advice(APP, NODE_NEED, images=(NODE, NODE_SLIM, NODE_ALPINE, moving))
    assert references(found)[-1] == "cgr.dev/chainguard/node:latest"
    assert "one moving tag" in found.candidates[-1].rank_reason


def test_a_way_of_its_own_is_told_with_its_first_words() -> None:
    content = need(NeedKind.STATIC_CONTENT, "serve")
    app = workload('FROM node:24-trixie\nRUN npm run build\nCMD ["npm", "start"]\n')

    found = advice(app, NODE_NEED, content, images=(NODE, NODE_SLIM, NGINX, NGINX_DHI))

    ways = [(str(one.base.reference), one.rank_reason.split(";")[0]) for one in found.candidates]
    assert {way for name, way in ways if "nginx" in name} == {
        "nginx serves the built files, and the runtime goes altogether"
    }
    assert {way for name, way in ways if "nginx" not in name} == {
        "node goes on serving the files: fewer changes, and a runtime that stays to be patched"
    }
    single = advice(app, content, images=(NODE, NGINX))
    assert "goes altogether" not in single.candidates[0].rank_reason


def test_what_is_compiled_where_it_is_installed_stays_on_a_base_with_compilers() -> None:
    app = workload('FROM node:24-trixie\nWORKDIR /app\nRUN npm ci\nCMD ["node", "s.js"]\n')
    native = need(NeedKind.NATIVE_EXTENSION, "better-sqlite3", detail="node-gyp compiles it at install", musl=True)

    found = advice(app, NODE_NEED, native, build_tool("npm", 3), images=(NODE, NODE_SLIM))

    slim = candidate(found, NODE_SLIM)
    assert slim.suitability is Suitability.MULTI_STAGE
    lacking = difference(slim, Aspect.TOOLS)
    assert (lacking.old, lacking.effect) == ("compilers", Effect.REVIEW)
    assert [str(one) for one in lacking.touches] == ["Dockerfile:3"]
    ready = replace(native, detail="its prebuilt binaries come inside the package")
    simple = candidate(advice(app, NODE_NEED, ready, build_tool("npm", 3), images=(NODE, NODE_SLIM)), NODE_SLIM)
    assert simple.suitability is Suitability.IN_PLACE


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        ("no-shell", NeedKind.SHELL, "it has a shell, and none is asked for"),
        ("no-package-manager", NeedKind.PACKAGE_MANAGER, "it has a package manager, and none is asked for"),
    ],
)
def test_a_constraint_that_the_files_contradict_tells_both(value: str, kind: NeedKind, told: str) -> None:
    declared = Declaration("constraints", value, "ops", "policy", Location("basewright.toml", 4))
    app = replace(APP, declarations=(declared,))
    shell = need(kind, "bash", line=2, what="the entrypoint is a bash script")

    plain = advice(app, NODE_NEED, images=(NODE, NODE_SLIM, NODE_DISTROLESS))
    assert references(plain) == [str(NODE_DISTROLESS.reference)]
    assert refusal(plain, str(NODE_SLIM.reference)).cause == f"{told}, declared by ops (basewright.toml:4): policy"
    against = advice(app, NODE_NEED, shell, images=(NODE, NODE_SLIM, NODE_DISTROLESS))
    assert against.candidates == ()
    assert refusal(against, str(NODE_SLIM.reference)).cause.startswith(
        f"{told}, declared by ops (basewright.toml:4): policy; yet the entrypoint is a bash script (Dockerfile:2)"
    )


def test_a_smaller_image_of_the_same_publisher_is_no_larger_one() -> None:
    ended = Horizon(security_end=NODE_18.horizon.security_end)
    old = replace(
        shellless("gcr.io/distroless/static-debian12:nonroot", os=BOOKWORM, libc="none"), horizon=ended, packages=3
    )
    new = replace(shellless("gcr.io/distroless/static-debian13:nonroot", libc="none"), packages=3)
    base = replace(shellless("gcr.io/distroless/base-debian13:nonroot"), packages=8)

    found = advice(service(str(old.reference)), images=(old, new, base))

    assert references(found) == [str(new.reference)]
    assert references(advice(service(str(base.reference)), images=(base, new)))[:1] in ([], [str(new.reference)])


def test_an_unknown_base_says_what_to_do() -> None:
    app = workload('FROM registry.example/team/node:24\nCMD ["./run"]\n')

    row = refusal(advice(app, images=IMAGES), "registry.example/team/node:24")

    assert "nothing is guessed from its name" in row.cause
    assert "--mirror" in row.plan
    assert [str(one) for one in row.where] == ["Dockerfile:1"]
    assert advice(app, images=IMAGES).candidates == ()


def test_a_slim_nginx_lacks_modules_that_a_configuration_may_load() -> None:
    name = replace(NGINX.reference, tag="1.30-alpine3.24-slim")
    slim = replace(NGINX, reference=name, variant="slim", compressed_bytes=1)
    today = replace(NGINX, compressed_bytes=2)
    server = need(NeedKind.STATIC_CONTENT, "nginx", version="1.30.4")
    app = workload("FROM nginx:1.30-alpine3.24\nCOPY site.conf /etc/nginx/conf.d/\n")
    plain = workload("FROM nginx:1.30-alpine3.24\nCOPY dist /usr/share/nginx/html\n")

    lost = difference(candidate(advice(app, server, images=(today, slim)), slim), Aspect.TOOLS)
    assert (lost.old, lost.effect) == ("modules of nginx", Effect.REVIEW)
    assert [str(one) for one in lost.touches] == ["Dockerfile:2"]
    unused = difference(candidate(advice(plain, server, images=(today, slim)), slim), Aspect.TOOLS)
    assert (unused.effect, unused.touches) == (Effect.NONE, ())
    mounted = service("nginx:1.30-alpine3.24", runtime={"mounts": (mount("/etc/nginx/conf.d"),)})
    told = difference(candidate(advice(mounted, server, images=(today, slim)), slim), Aspect.TOOLS)
    assert [str(one) for one in told.touches] == ["compose.yaml:9"]
