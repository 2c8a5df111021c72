"""INTERPRETER of runtimes that a base brings beside its own, and what Java's manifests ask for."""

import pytest
from needing import base, find, needs_of, service, values

from basewright.model.base import Role, Runtime
from basewright.model.need import EvidenceKind, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Manifest
from basewright.needs import evaluate

JAVA = (Runtime("java", "21"),)
MAVEN = base("maven:3.9-eclipse-temurin-21", runtime="maven 3.9.16", role=Role.BUILD, carries=JAVA, libc="glibc")
TOMCAT = base("tomcat:10-jdk21", runtime="tomcat 10.1", role=Role.SERVICE, carries=JAVA, libc="glibc")


def _pom(runtime: str) -> Manifest:
    return Manifest("pom.xml", "maven", "pom.xml", (), runtime, runtime_line=9)


def test_a_build_image_tells_the_java_that_its_tag_names() -> None:
    need = find(
        needs_of('FROM maven:3.9-eclipse-temurin-21\nCMD ["java", "-jar", "a.jar"]\n', MAVEN), NeedKind.INTERPRETER
    )
    assert need is not None
    assert (need.value, need.version) == ("java", "21")
    assert any(one.kind is EvidenceKind.CATALOG and "java 21" in one.what for one in need.evidence)


def test_a_base_that_carries_none_tells_none() -> None:
    plain = base("maven:3.9", runtime="maven 3.9.16", role=Role.BUILD)
    need = find(needs_of('FROM maven:3.9\nCMD ["java", "-jar", "a.jar"]\n', plain), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version is None


def test_a_server_runs_on_what_its_image_carries() -> None:
    needs = evaluate(service("tomcat:10-jdk21"), TOMCAT)
    need = find(needs, NeedKind.INTERPRETER)
    assert need is not None
    assert (need.value, need.version, need.evidence[0].kind) == ("java", "21", EvidenceKind.CATALOG)
    assert values(needs, NeedKind.SERVICE) == ["tomcat"]


def test_another_process_on_a_server_s_image_needs_what_it_calls_alone() -> None:
    needs = needs_of('FROM tomcat:10-jdk21\nENTRYPOINT ["python3", "a.py"]\n', TOMCAT)
    assert values(needs, NeedKind.INTERPRETER) == ["python"]


@pytest.mark.parametrize(("asked", "version"), [("21", "21"), ("1.8", "8"), ("11", "11")])
def test_a_manifest_s_release_is_the_version_where_the_base_tells_none(asked: str, version: str) -> None:
    text = 'FROM debian:13\nRUN apt-get install -y default-jre\nCMD ["java", "-jar", "a.jar"]\n'
    need = find(needs_of(text, base("debian:13"), manifests=(_pom(asked),)), NeedKind.INTERPRETER)
    assert need is not None
    assert need.version == version
    assert Location("pom.xml", 9) in [one.where for one in need.evidence]


@pytest.mark.parametrize(("asked", "is_told"), [("25", True), ("21", False), ("1.8", False)])
def test_a_release_that_the_base_cannot_run_is_told(asked: str, is_told: bool) -> None:
    text = 'FROM maven:3.9-eclipse-temurin-21\nCMD ["java", "-jar", "a.jar"]\n'
    need = find(needs_of(text, MAVEN, manifests=(_pom(asked),)), NeedKind.INTERPRETER)
    assert need is not None
    assert ("yet the base provides 21" in need.detail) is is_told
