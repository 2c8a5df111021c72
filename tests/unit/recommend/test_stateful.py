"""Data outlives its image: what may open a PostgreSQL volume that today's base wrote."""

from dataclasses import replace

import pytest
from advising import (
    POSTGRES,
    POSTGRES_ALPINE,
    POSTGRES_BOOKWORM,
    POSTGRES_DHI,
    advice,
    candidate,
    difference,
    need,
    references,
    refusal,
)
from needing import mount, service, setting

from basewright.model.contract import Aspect, Effect
from basewright.model.need import NeedKind
from basewright.model.workload import Workload
from basewright.recommend.storage import Provider, collation_provider

SERVICE = need(NeedKind.SERVICE, "postgres", version="16.15")
DATA = need(NeedKind.STATEFUL_DATA, "postgres", file="compose.yaml", line=9)


def _database(**environment: str) -> Workload:
    settings = {name: setting(value) for name, value in environment.items()}
    return service(
        "postgres:16-trixie",
        runtime={"mounts": (mount("/var/lib/postgresql/data"),), "environment": settings},
    )


def test_another_c_library_under_data_is_refused_with_dump_and_restore() -> None:
    refused = refusal(advice(_database(), SERVICE, DATA), str(POSTGRES_ALPINE.reference))

    assert "the C library changes from glibc 2.41 to musl 1.2.6" in refused.cause
    assert refused.needs == ("stateful-data:postgres",)
    assert "dump and restore" in refused.plan
    assert "REINDEX alone is not enough" in refused.plan
    assert "partition" in refused.plan
    assert "unique" in refused.plan


def test_another_release_of_glibc_under_data_is_refused() -> None:
    refused = refusal(advice(_database(), SERVICE, DATA), str(POSTGRES_BOOKWORM.reference))

    assert "glibc changes from 2.41 to 2.36" in refused.cause


def test_without_data_another_c_library_is_no_obstacle() -> None:
    assert str(POSTGRES_ALPINE.reference) in references(advice(_database(), SERVICE))


@pytest.mark.parametrize(
    "settings",
    [
        {"POSTGRES_INITDB_ARGS": "--locale=C"},
        {"POSTGRES_INITDB_ARGS": "--lc-collate=C --data-checksums"},
        {"POSTGRES_INITDB_ARGS": "--no-locale"},
        {"POSTGRES_INITDB_ARGS": "--locale-provider=builtin --builtin-locale=C.UTF-8"},
        {"LANG": "C"},
        {"LC_ALL": "POSIX"},
    ],
)
def test_an_order_that_no_c_library_changes_is_exempt_and_told(settings: dict[str, str]) -> None:
    found = advice(_database(**settings), SERVICE, DATA)

    alpine = candidate(found, POSTGRES_ALPINE)
    assert any("pg_database" in text for text in alpine.warnings)


@pytest.mark.parametrize(
    ("settings", "provider"),
    [
        ({}, Provider.LIBC),
        ({"LANG": "C.UTF-8"}, Provider.LIBC),
        ({"LANG": "C", "POSTGRES_INITDB_ARGS": "--locale=de_DE.UTF-8"}, Provider.LIBC),
        ({"POSTGRES_INITDB_ARGS": "--locale-provider=icu --icu-locale=de"}, Provider.ICU),
        ({"POSTGRES_INITDB_ARGS": "--data-checksums", "LANG": "C"}, Provider.C),
    ],
)
def test_what_orders_the_text_is_read_from_the_settings(settings: dict[str, str], provider: Provider) -> None:
    from advising import situation

    assert collation_provider(situation(_database(**settings), SERVICE, DATA))[0] is provider


def test_another_icu_under_data_ordered_by_icu_is_refused() -> None:
    icu = {"POSTGRES_INITDB_ARGS": "--locale-provider=icu"}
    old, new = replace(POSTGRES, icu_major=76), replace(POSTGRES_BOOKWORM, icu_major=72)

    found = advice(_database(**icu), SERVICE, DATA, images=(old, new))

    assert "ICU changes from 76 to 72" in refusal(found, str(new.reference)).cause


def test_the_same_distribution_release_is_no_obstacle() -> None:
    assert str(POSTGRES_DHI.reference) in references(advice(_database(), SERVICE, DATA))


def test_another_owner_of_the_files_breaks_at_the_volume() -> None:
    hardened = candidate(advice(_database(), SERVICE, DATA), POSTGRES_DHI)

    owner = difference(hardened, Aspect.USER, Effect.BREAK)
    assert (owner.old, owner.new) == ("postgres (999)", "postgres (70)")
    assert [str(one) for one in owner.touches] == ["compose.yaml:9"]
    assert "chown" in owner.explanation


def test_another_data_directory_breaks_at_the_mount() -> None:
    hardened = candidate(advice(_database(), SERVICE, DATA), POSTGRES_DHI)

    moved = difference(hardened, Aspect.DATA_DIRECTORY)
    assert moved.effect is Effect.BREAK
    assert (moved.old, moved.new) == ("/var/lib/postgresql/data", "/var/lib/postgresql/16/data")
    assert "PGDATA=/var/lib/postgresql/data" in moved.explanation


def test_a_data_directory_that_the_project_sets_moves_nowhere() -> None:
    hardened = candidate(advice(_database(PGDATA="/data"), SERVICE, DATA), POSTGRES_DHI)

    assert all(one.aspect is not Aspect.DATA_DIRECTORY for one in hardened.contract)


def test_a_move_with_data_is_planned_not_ordered() -> None:
    found = advice(_database(), SERVICE, DATA, images=(POSTGRES, POSTGRES_DHI))

    assert any(one.what.startswith("plan the move, with its data") for one in found.actions)
