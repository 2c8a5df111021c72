"""Health check, ports, volumes and search paths: positives and negatives."""

import pytest
from hardened_images import config, facts
from layer_facts import Folder, Node

from basewright.model.candidate import Severity
from basewright.model.image import ImageConfig, ImageHealthcheck


@pytest.mark.parametrize("check", [None, ImageHealthcheck(()), ImageHealthcheck(("NONE",))])
def test_an_image_without_a_check_is_noted(check: ImageHealthcheck | None) -> None:
    (fact,) = facts("no-health-check", {}, config=config(healthcheck=check))

    assert fact.severity is Severity.NOTE
    assert "HEALTHCHECK" in fact.remedy


def test_an_image_with_a_check_is_not() -> None:
    assert facts("no-health-check", {}, config=config(healthcheck=ImageHealthcheck(("CMD", "/app", "ok")))) == []
    assert facts("no-health-check", {}) == [], "without a configuration nothing is known"


def ports(*texts: str) -> ImageConfig:
    return config(exposed_ports=texts)


def test_ports_of_administration_are_warned_of() -> None:
    (fact,) = facts("exposed-administration", {}, config=ports("22/tcp", "5005/tcp", "8080/tcp"))

    assert fact.count == 2
    assert "22/tcp (SSH)" in fact.reason
    assert "EXPOSE 22" in fact.remedy
    assert facts("exposed-administration", {}, config=ports("8080/tcp", "odd", "", "99999999/tcp", "²²/tcp")) == []


def test_low_ports_are_noted() -> None:
    (fact,) = facts("privileged-port", {}, config=ports("80/tcp", "443", "8080/tcp"))

    assert fact.count == 2
    assert "80/tcp, 443/tcp" in fact.reason
    assert facts("privileged-port", {}, config=ports("8080/tcp", "0")) == []


@pytest.mark.parametrize("place", ["/", "/etc", "/usr/", "/proc", "/var/run/docker.sock"])
def test_volumes_over_the_system_are_warned_of(place: str) -> None:
    assert facts("sensitive-volume", {}, config=config(volumes=(place,)))


def test_a_volume_for_data_is_not() -> None:
    assert facts("sensitive-volume", {}, config=config(volumes=("/var/lib/postgresql/data", "/etc/app"))) == []


def environment(**values: str) -> ImageConfig:
    return config(environment=tuple(values.items()))


@pytest.mark.parametrize("value", ["/usr/bin:.", "/usr/bin:", "bin:/usr/bin", "/usr/bin:/srv/open"])
def test_a_search_path_to_where_others_write_is_warned_of(value: str) -> None:
    nodes: dict[str, Node] = {"srv/open": Folder(0o777)}

    assert facts("loose-search-path", nodes, config=environment(PATH=value))
    assert facts("loose-search-path", nodes, config=environment(LD_LIBRARY_PATH=value))


def test_a_search_path_of_root_is_not() -> None:
    nodes: dict[str, Node] = {"tmp": Folder(0o1777), "usr/bin": Folder(0o755)}

    assert facts("loose-search-path", nodes, config=environment(PATH="/usr/local/bin:/usr/bin:/none")) == []


def test_libraries_loaded_into_every_program_are_told() -> None:
    (warning,) = facts("preloaded-library", {"etc/ld.so.preload": "/x.so\n"}, config=config())
    (note,) = facts("preloaded-library", {}, config=environment(LD_PRELOAD="/usr/lib/libjemalloc.so.2"))

    assert (warning.severity, note.severity) == (Severity.WARNING, Severity.NOTE)
    assert facts("preloaded-library", {"etc/ld.so.preload": ""}, config=environment(LD_PRELOAD="")) == []
