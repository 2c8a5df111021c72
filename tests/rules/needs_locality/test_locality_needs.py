"""CA_CERTIFICATES, TIME_ZONES, LOCALE, ICU and FONTS: positives and negatives."""

import pytest
from needing import NODE, PYTHON, base, find, lines, mount, needs_of, package_json, requirements, setting, values

from basewright.model.need import Confidence, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest, MountKind

TEXT = 'FROM python:3.12\nCMD ["python", "a.py"]\n'
DOTNET = base("mcr.microsoft.com/dotnet/aspnet:9.0", runtime="dotnet 9.0")


def test_installed_certificates_are_needed() -> None:
    text = 'FROM debian:12\nRUN apt-get install -y ca-certificates\nCMD ["/x"]\n'
    need = find(needs_of(text, base("debian:12")), NeedKind.CA_CERTIFICATES)
    assert need is not None
    assert need.confidence is Confidence.CERTAIN


def test_copied_certificates_are_needed() -> None:
    text = (
        "FROM alpine:3.23 AS certs\nRUN apk add ca-certificates\nFROM scratch\n"
        'COPY --from=certs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nCOPY app /app\nENTRYPOINT ["/app"]\n'
    )
    assert lines(find(needs_of(text), NeedKind.CA_CERTIFICATES)) == ["Dockerfile:4"]


def test_an_https_address_in_the_environment_is_evidence_without_its_value() -> None:
    runtime = {"environment": {"API_URL": setting("https://token:secret@api.example.com")}}
    need = find(needs_of(TEXT, PYTHON, runtime=runtime), NeedKind.CA_CERTIFICATES)
    assert need is not None
    assert "API_URL" in need.evidence[0].what
    assert "secret" not in str(need)


@pytest.mark.parametrize("value", ["http://api.example.com", "https://localhost:8443", "https://127.0.0.1/x", "text"])
def test_other_values_are_none(value: str) -> None:
    needs = needs_of(TEXT, PYTHON, runtime={"environment": {"API_URL": setting(value)}})
    assert values(needs, NeedKind.CA_CERTIFICATES) == []


def test_node_brings_its_own_certificates() -> None:
    runtime = {"environment": {"API_URL": setting("https://api.example.com")}}
    need = find(needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE, runtime=runtime), NeedKind.CA_CERTIFICATES)
    assert need is not None
    assert need.confidence is Confidence.LOW


def test_a_client_that_reads_the_systems_store_is_told_from_one_that_does_not() -> None:
    first = find(needs_of(TEXT, PYTHON, manifests=(requirements("aiohttp"),)), NeedKind.CA_CERTIFICATES)
    second = find(needs_of(TEXT, PYTHON, manifests=(requirements("requests"),)), NeedKind.CA_CERTIFICATES)
    assert first is not None
    assert first.confidence is Confidence.MEDIUM
    assert second is not None
    assert second.confidence is Confidence.LOW


def test_no_client_needs_no_certificates() -> None:
    assert values(needs_of(TEXT, PYTHON, manifests=(requirements("flask"),)), NeedKind.CA_CERTIFICATES) == []


def test_a_zone_in_the_environment_needs_zone_data() -> None:
    need = find(needs_of(TEXT, PYTHON, runtime={"environment": {"TZ": setting("Europe/Berlin")}}), NeedKind.TIME_ZONES)
    assert need is not None
    assert need.confidence is Confidence.CERTAIN


@pytest.mark.parametrize("value", ["UTC", "Etc/UTC", "", ":UTC"])
def test_utc_needs_no_zone_data(value: str) -> None:
    needs = needs_of(TEXT, PYTHON, runtime={"environment": {"TZ": setting(value)}})
    assert values(needs, NeedKind.TIME_ZONES) == []


def test_node_brings_its_own_zones() -> None:
    runtime = {"environment": {"TZ": setting("Europe/Berlin")}}
    need = find(needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE, runtime=runtime), NeedKind.TIME_ZONES)
    assert need is not None
    assert "of its own" in need.detail


def test_a_mounted_localtime_needs_zone_data() -> None:
    runtime = {"mounts": (mount("/etc/localtime", "/etc/localtime", MountKind.BIND, read_only=True),)}
    assert values(needs_of(TEXT, PYTHON, runtime=runtime), NeedKind.TIME_ZONES) == ["zoneinfo"]


@pytest.mark.parametrize(
    ("names", "expected"), [(("celery",), ["zoneinfo"]), (("celery", "tzdata"), []), (("flask",), [])]
)
def test_packages_that_read_zones_need_them_unless_they_come_along(names: tuple[str, ...], expected: list[str]) -> None:
    assert values(needs_of(TEXT, PYTHON, manifests=(requirements(*names),)), NeedKind.TIME_ZONES) == expected


@pytest.mark.parametrize("value", ["en_US.UTF-8", "de_DE.utf8", "fr_FR@euro"])
def test_a_locale_in_the_environment_is_needed(value: str) -> None:
    assert values(needs_of(TEXT, PYTHON, runtime={"environment": {"LC_ALL": setting(value)}}), NeedKind.LOCALE) == [
        value
    ]


@pytest.mark.parametrize("value", ["C", "POSIX", "C.UTF-8", "C.utf8", "", "$LANG"])
def test_the_c_locales_need_nothing(value: str) -> None:
    assert values(needs_of(TEXT, PYTHON, runtime={"environment": {"LANG": setting(value)}}), NeedKind.LOCALE) == []


def test_the_bases_own_environment_is_no_need_of_the_project() -> None:
    image = base("x:1", environment={"LANG": "en_US.UTF-8", "TZ": "Europe/Berlin"})
    needs = needs_of('FROM x:1\nCMD ["/a"]\n', image)
    assert values(needs, NeedKind.LOCALE) == []
    assert values(needs, NeedKind.TIME_ZONES) == []


def test_a_made_locale_is_needed() -> None:
    text = "FROM debian:12\nRUN localedef -i de_DE -c -f UTF-8 -A /usr/share/locale/locale.alias de_DE.UTF-8\n"
    assert values(needs_of(text, base("debian:12")), NeedKind.LOCALE) == ["de_DE.UTF-8"]


def test_dotnet_loads_icu_and_says_how_not_to() -> None:
    text = 'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nENTRYPOINT ["dotnet", "App.dll"]\n'
    need = find(needs_of(text, DOTNET), NeedKind.ICU)
    assert need is not None
    assert "InvariantGlobalization" in need.avoidable


def test_invariant_dotnet_needs_no_icu() -> None:
    text = 'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nENTRYPOINT ["dotnet", "App.dll"]\n'
    manifests = (Manifest("App.csproj", "nuget", "csproj", (), "net9.0", facts={"InvariantGlobalization": "true"}),)
    by_variable = {"environment": {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": setting("1")}}
    assert values(needs_of(text, DOTNET, manifests=manifests), NeedKind.ICU) == []
    assert values(needs_of(text, DOTNET, runtime=by_variable), NeedKind.ICU) == []


def test_a_database_with_icu_collations_needs_icu() -> None:
    runtime = {"environment": {"POSTGRES_INITDB_ARGS": setting("--locale-provider=icu --icu-locale=de")}}
    assert values(needs_of("FROM postgres:16\n", None, runtime=runtime), NeedKind.ICU) == ["icu"]


def test_python_and_node_need_no_icu_of_the_system() -> None:
    assert values(needs_of(TEXT, PYTHON), NeedKind.ICU) == []


def test_installed_fonts_are_needed() -> None:
    text = 'FROM debian:12\nRUN apt-get install -y fonts-liberation\nCMD ["/x"]\n'
    assert values(needs_of(text, base("debian:12")), NeedKind.FONTS) == ["fonts"]


def test_java_reports_need_fonts() -> None:
    one = Dependency("net.sf.jasperreports:jasperreports", "7", "", Location("pom.xml", 8))
    text = 'FROM eclipse-temurin:21-jre\nCMD ["java", "-jar", "a.jar"]\n'
    need = find(needs_of(text, manifests=(Manifest("pom.xml", "maven", "pom", (one,)),)), NeedKind.FONTS)
    assert need is not None
    assert "fontconfig" in need.detail


def test_a_plain_service_needs_no_fonts() -> None:
    needs = needs_of('FROM node:24\nCMD ["node", "a.js"]\n', NODE, manifests=(package_json({}, "express"),))
    assert values(needs, NeedKind.FONTS) == []
