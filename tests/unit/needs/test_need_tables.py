"""The data files that the detectors read keep their shape."""

import datetime as dt
import re

import pytest

from basewright.needs import tables

_NAME = re.compile(r"[!-~]+")


def test_every_program_table_holds_names() -> None:
    table = tables.programs()
    for names in (table.shells, table.builtins, table.applets, table.tools, table.inits, table.development_servers):
        assert names
        assert all(_NAME.fullmatch(name) for name in names)


def test_a_program_is_not_both_a_builtin_and_an_applet() -> None:
    table = tables.programs()
    assert not table.builtins & table.applets
    assert not table.builtins & table.tools


def test_wrappers_say_how_they_are_read() -> None:
    for name, wrapper in tables.programs().wrappers.items():
        assert 0 <= wrapper.positionals <= 2, name
        assert all(option.startswith("-") for option in wrapper.values), name


@pytest.mark.parametrize("name", sorted(tables.services()))
def test_every_service_is_complete(name: str) -> None:
    service = tables.services()[name]
    assert service.programs
    assert all(path.startswith("/") for path in (*service.data, *service.writable))
    assert all(0 < port < 65536 for port in service.ports)
    assert service.shell in {"", "sh", "bash"}
    assert bool(service.shell) == bool(service.script)
    assert service.data or not service.database


def test_no_package_is_both_of_the_build_and_of_run_time() -> None:
    table = tables.packages()
    assert not table.build & table.run
    assert not table.editors & (table.run | table.build)


def test_python_facts_are_dated_and_sorted() -> None:
    natives = tables.python_natives()
    assert dt.date.fromisoformat(natives.date) >= dt.date(2026, 1, 1)
    assert re.fullmatch(r"3\.\d+", natives.python)
    assert list(natives.packages) == sorted(natives.packages)
    assert len(natives.packages) > 50


def test_python_facts_hold_the_cases_of_the_field() -> None:
    packages = tables.python_natives().packages
    assert packages["numpy"].musl
    assert not packages["confluent-kafka"].musl
    assert packages["confluent-kafka"].glibc
    assert not packages["psycopg2"].glibc


def test_node_facts_are_dated_and_of_known_deliveries() -> None:
    natives = tables.node_natives()
    assert dt.date.fromisoformat(natives.date) >= dt.date(2026, 1, 1)
    for fact in natives.packages.values():
        assert fact.delivery in {"optional", "bundled", "download", "build"}
        assert (fact.musl is None) == (fact.delivery in {"download", "build"}), fact.name


def test_ecosystem_tables_hold_names_alone() -> None:
    for ecosystem, groups in tables.ecosystems().items():
        for group, content in groups.items():
            names = list(content) if isinstance(content, (list, dict)) else []
            assert names, (ecosystem, group)
            assert all(_NAME.fullmatch(name) for name in names), (ecosystem, group)
