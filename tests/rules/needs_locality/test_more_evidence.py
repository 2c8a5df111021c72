"""Evidence that is seldom, yet decides."""

from needing import NODE, PYTHON, base, find, lines, needs_of, package_json, process, script, setting, values

from basewright.model.base import Role
from basewright.model.need import Confidence, NeedKind
from basewright.model.span import Location
from basewright.model.workload import Dependency, Manifest

TEXT = 'FROM python:3.12\nCMD ["python", "a.py"]\n'
RUBY = base("ruby:3.4", runtime="ruby 3.4", role=Role.RUNTIME)


def test_a_script_that_calls_an_https_address_needs_certificates() -> None:
    body = "#!/bin/sh\nupdate-ca-certificates\ncurl -fsS https://api.example.com/x\nexec python a.py\n"
    text = 'FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
    need = find(needs_of(text, PYTHON, scripts=(script("/e.sh", body),)), NeedKind.CA_CERTIFICATES)
    assert lines(need) == ["e.sh:2", "e.sh:3"]


def test_a_variable_that_names_a_store_needs_it() -> None:
    runtime = {"environment": {"SSL_CERT_FILE": setting("/etc/ssl/own.pem")}}
    need = find(needs_of(TEXT, PYTHON, runtime=runtime), NeedKind.CA_CERTIFICATES)
    assert need is not None
    assert need.confidence is Confidence.CERTAIN


def test_go_reads_the_systems_certificates() -> None:
    needs = needs_of("FROM scratch\n", manifests=(Manifest("go.mod", "golang", "go.mod", ()),))
    need = find(needs, NeedKind.CA_CERTIFICATES)
    assert need is not None
    assert need.confidence is Confidence.LOW


def test_zones_of_a_gem_come_from_the_system_unless_bundled() -> None:
    def zones(*names: str) -> list[str]:
        found = tuple(Dependency(name, "1", "", Location("Gemfile.lock", 4)) for name in names)
        manifests = (Manifest("Gemfile.lock", "gem", "Gemfile.lock", found),)
        return values(needs_of('FROM ruby:3.4\nCMD ["puma"]\n', RUBY, manifests=manifests), NeedKind.TIME_ZONES)

    assert zones("tzinfo") == ["zoneinfo"]
    assert zones("tzinfo", "tzinfo-data") == []


def test_a_linked_localtime_sets_the_zone() -> None:
    text = "FROM debian:12\nRUN ln -fs /usr/share/zoneinfo/Europe/Berlin /etc/localtime\n"
    assert values(needs_of(text, base("debian:12")), NeedKind.TIME_ZONES) == ["zoneinfo"]


def test_installed_icu_is_needed() -> None:
    text = "FROM alpine:3.23\nRUN apk add icu-libs icu-data-full\n"
    assert values(needs_of(text, base("alpine:3.23")), NeedKind.ICU) == ["icu"]


def test_pyicu_is_linked_against_icu() -> None:
    manifest = Manifest("r.txt", "pypi", "requirements", (Dependency("PyICU", None, "", Location("r.txt", 1)),))
    assert values(needs_of(TEXT, PYTHON, manifests=(manifest,)), NeedKind.ICU) == ["icu"]


def test_an_installed_browser_draws() -> None:
    needs = needs_of('FROM node:24\nRUN apt-get install -y chromium\nCMD ["node", "a.js"]\n', NODE)
    assert values(needs, NeedKind.FONTS) == ["fonts"]


def test_dotnet_packages_with_native_code_are_told() -> None:
    manifest = Manifest("A.csproj", "nuget", "csproj", (Dependency("SkiaSharp", "3", "", Location("A.csproj", 9)),))
    needs = needs_of(
        'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nENTRYPOINT ["dotnet", "A.dll"]\n', manifests=(manifest,)
    )
    assert values(needs, NeedKind.NATIVE_EXTENSION) == ["SkiaSharp"]


def test_a_prebuilt_gem_for_musl_is_told_by_the_lock() -> None:
    one = Dependency(
        "nokogiri", "1.18", "", Location("Gemfile.lock", 4), artefacts=("nokogiri-1.18-x86_64-linux-musl",)
    )
    manifests = (Manifest("Gemfile.lock", "gem", "Gemfile.lock", (one,)),)
    need = find(needs_of('FROM ruby:3.4\nCMD ["puma"]\n', RUBY, manifests=manifests), NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert need.musl is True


def test_a_lock_without_file_names_may_still_tell() -> None:
    one = Dependency("x", "1", "", Location("uv.lock", 4), musl=False, is_native=True)
    pure = Dependency("y", "1", "", Location("uv.lock", 9), musl=True, is_native=False)
    needs = needs_of(TEXT, PYTHON, manifests=(Manifest("uv.lock", "pypi", "uv.lock", (one, pure)),))
    need = find(needs, NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert (need.value, need.musl, need.detail) == ("x", False, "no musllinux wheel in uv.lock")


def test_source_alone_in_a_lock_is_compiled_at_build() -> None:
    one = Dependency("psycopg2", "2.9", "", Location("uv.lock", 4), artefacts=("psycopg2-2.9.tar.gz",))
    other = Dependency("frob", "2.9", "", Location("uv.lock", 8), artefacts=("frob-2.9.tar.gz",))
    needs = needs_of(TEXT, PYTHON, manifests=(Manifest("uv.lock", "pypi", "uv.lock", (one, other)),))
    need = find(needs, NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert "source alone" in need.detail


def test_optional_compiled_parts_in_a_lock_refuse_nothing() -> None:
    name = "markupsafe-3-cp312-cp312-manylinux_2_17_x86_64.whl"
    one = Dependency("MarkupSafe", "3", "", Location("uv.lock", 4), artefacts=(name,))
    needs = needs_of(TEXT, PYTHON, manifests=(Manifest("uv.lock", "pypi", "uv.lock", (one,)),))
    need = find(needs, NeedKind.NATIVE_EXTENSION)
    assert need is not None
    assert (need.musl, need.confidence) == (None, Confidence.LOW)


def test_content_of_the_context_is_served_too() -> None:
    image = base("nginx:1.30", runtime="nginx 1.30", role=Role.SERVICE, command=("nginx",), entrypoint=())
    need = find(needs_of("FROM nginx:1.30\nCOPY site /usr/share/nginx/html\n", image), NeedKind.STATIC_CONTENT)
    assert need is not None
    assert "from the context" in need.evidence[0].what
    assert need.detail == ""


def test_pythons_own_server_of_files_is_told() -> None:
    needs = needs_of('FROM python:3.12\nCMD ["python3", "-m", "http.server", "8000"]\n', PYTHON)
    assert values(needs, NeedKind.STATIC_CONTENT) == ["python3"]


def test_a_shell_by_su_is_a_shell() -> None:
    needs = needs_of('FROM debian:12\nCMD ["su", "app", "-c", "python a.py"]\n', base("debian:12"))
    assert values(needs, NeedKind.SHELL) == ["sh"]
    assert values(needs, NeedKind.USER) == ["app"]
    assert values(needs, NeedKind.INTERPRETER) == ["python"]


def test_an_entrypoint_script_of_an_unknown_base_is_kept() -> None:
    image = base("acme/tool:1", runtime="tool 1", role=Role.SERVICE, entrypoint=("/run.sh",), command=())
    need = find(needs_of("FROM acme/tool:1\n", image), NeedKind.SHELL)
    assert need is not None
    assert need.avoidable == ""


def test_nodes_environment_of_production_leaves_development_out() -> None:
    dependency = Dependency("jest", None, "^1", Location("package.json", 3), True)
    manifest = Manifest("package.json", "npm", "package.json", (dependency,))
    needs = needs_of("FROM node:24\nENV NODE_ENV=production\nRUN npm install\n", NODE, manifests=(manifest,))
    assert not any("devDependencies" in one.detail for one in needs)


def test_runit_as_a_process_steps_down_by_option() -> None:
    runtime = {"entrypoint": process("chpst", "-u", "app", "/srv/run")}
    assert values(needs_of("FROM debian:12\n", base("debian:12"), runtime=runtime), NeedKind.USER) == ["app"]


def test_a_browsers_package_without_text_is_none() -> None:
    assert values(needs_of(TEXT, PYTHON, manifests=(package_json({}, "express"),)), NeedKind.FONTS) == []
