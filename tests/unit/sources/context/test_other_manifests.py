import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from basewright.errors import InputError
from basewright.model.workload import Manifest
from basewright.ports.files import DirectoryFiles
from basewright.sources.context import read_manifest, read_manifests

Read = Callable[[str, str], Manifest]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(name: str, content: str) -> Manifest:
        (tmp_path / name).write_text(content)
        manifest = read_manifest(DirectoryFiles(tmp_path), name)
        assert manifest is not None
        return manifest

    return reading


def shown(manifest: Manifest) -> list[tuple[str, str | None, int, bool]]:
    return [(one.name, one.version, one.where.line, one.is_development) for one in manifest.dependencies]


def test_go_mod_is_read(read: Read) -> None:
    manifest = read(
        "go.mod",
        "module example.org/shop // talk\n\ngo 1.24.1\ntoolchain go1.24.3\nrequire github.com/a/b v1.2.3\n"
        "require (\n\tgithub.com/c/d v0.1.0 // indirect\n)\nreplace github.com/a/b => ../b\n",
    )

    assert shown(manifest) == [("github.com/a/b", "v1.2.3", 5, False), ("github.com/c/d", "v0.1.0", 7, False)]
    assert [one.is_direct for one in manifest.dependencies] == [True, False]
    assert manifest.runtime == "1.24.1"
    assert manifest.facts == {"module": "example.org/shop", "toolchain": "go1.24.3"}


def test_cargo_files_are_read(read: Read) -> None:
    manifest = read(
        "Cargo.toml",
        '[package]\nname = "shop"\nedition = "2024"\nrust-version = "1.85"\n[dependencies]\nserde = "1"\n'
        'tls = { package = "openssl", version = "=0.10.66", features = ["vendored"] }\n'
        '[dev-dependencies]\ninsta = "1"\n[target."cfg(unix)".dependencies]\nnix = "0.29"\n[[bin]]\nname = "shopd"\n',
    )
    lock = read(
        "Cargo.lock",
        '[[package]]\nname = "shop"\nversion = "0"\n[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "x"\n',
    )

    assert shown(manifest) == [
        ("insta", None, 9, True), ("nix", None, 11, False), ("openssl", "0.10.66", 7, False), ("serde", None, 6, False),
    ]  # fmt: skip
    assert manifest.dependencies[2].requirement == "=0.10.66 [vendored]"
    assert manifest.runtime == "1.85"
    assert manifest.facts == {"bin": "shopd", "edition": "2024", "name": "shop"}
    assert shown(lock) == [("serde", "1.0.1", 5, False)]


POM = """<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent>
  <version>1.0</version>
  <properties><java.version>21</java.version><pg>42.7.4</pg><deep>${pg}</deep></properties>
  <dependencies>
    <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>${deep}</version></dependency>
    <dependency>
      <groupId>org.junit</groupId><artifactId>junit</artifactId><version>${nowhere}</version><scope>test</scope></dependency>
    <dependency><groupId>a</groupId><artifactId>b</artifactId><version>[1,2)</version></dependency>
    <dependency><groupId>a</groupId></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>jib-maven-plugin</artifactId></plugin></plugins></build>
</project>
"""


def test_a_pom_is_read(read: Read) -> None:
    manifest = read("pom.xml", POM)

    assert shown(manifest) == [
        ("a:b", None, 10, False), ("org.junit:junit", None, 8, True), ("org.postgresql:postgresql", "42.7.4", 7, False),
    ]  # fmt: skip
    assert manifest.runtime == "21"
    assert manifest.facts == {
        "parent": "org.springframework.boot:spring-boot-starter-parent:3.5.0",
        "plugins": "jib-maven-plugin",
    }


def test_the_compiler_plugin_names_the_release(read: Read) -> None:
    plugin = "<artifactId>maven-compiler-plugin</artifactId><configuration><release>${r}</release></configuration>"
    build = f"<build><plugins><plugin>{plugin}</plugin></plugins></build>"
    pom = f"<project><properties><r>17</r></properties>{build}</project>"

    assert read("pom.xml", pom).runtime == "17"


KOTLIN = """plugins {
    id("org.springframework.boot") version "3.5.0"
    kotlin("jvm") version "2.1.0"
}
java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }
dependencies {
    implementation("org.postgresql:postgresql:42.7.4")
    testImplementation("junit:junit:4.+")
    // implementation("no:no:1")
    implementation(platform("a:bom:1"))
    println("x:y:z")
}
"""
GROOVY = """plugins {
    id 'org.springframework.boot' version '3.5.0'
    id 'jvm'
}
sourceCompatibility = JavaVersion.VERSION_1_8
dependencies {
    implementation 'org.postgresql:postgresql:42.7.4'
    testImplementation 'junit:junit:4.+'
    /* x */
    api platform('a:bom:1')
    task 'x:y:z'
}
"""


@pytest.mark.parametrize(
    ("name", "content", "runtime"), [("build.gradle.kts", KOTLIN, "21"), ("build.gradle", GROOVY, "8")]
)
def test_gradle_files_tell_what_stands_there_literally(read: Read, name: str, content: str, runtime: str) -> None:
    manifest = read(name, content)

    assert shown(manifest) == [
        ("a:bom", "1", 10, False), ("junit:junit", None, 8, True), ("org.postgresql:postgresql", "42.7.4", 7, False),
    ]  # fmt: skip
    assert manifest.runtime == runtime
    assert "org.springframework.boot 3.5.0" in manifest.facts["plugins"]


GEMFILE = """source "https://example.org"
ruby "3.4.1"
gem "rails", "~> 8.0"
gem 'pg', '1.5.9'   # talk
if true
  gem "puma"
end
group :development, :test do
  gem "rspec"
  platforms :mri do
    gem "byebug"
  end
end
gem "rubocop", group: :development
gem "last", "= 1.0"
"""
GEMFILE_LOCK = """GEM
  remote: https://example.org/
  specs:
    ffi (1.17.0-x86_64-linux-gnu)
    google-protobuf (4.28.0-x86_64-linux)
    nokogiri (1.18.0)
      mini_portile2 (~> 2.8)
    nokogiri (1.18.0-x86_64-linux-gnu)
    nokogiri (1.18.0-x86_64-linux-musl)
    rack (3.1.8)

PLATFORMS
  x86_64-linux-musl
  ruby

DEPENDENCIES
  nokogiri (~> 1.18)
  rack!

RUBY VERSION
   ruby 3.4.1p0
"""


def test_gemfiles_are_read(read: Read) -> None:
    manifest, lock = read("Gemfile", GEMFILE), read("Gemfile.lock", GEMFILE_LOCK)

    assert shown(manifest) == [
        ("byebug", None, 11, True), ("last", "1.0", 15, False), ("pg", "1.5.9", 4, False), ("puma", None, 6, False),
        ("rails", None, 3, False), ("rspec", None, 9, True), ("rubocop", None, 14, True),
    ]  # fmt: skip
    assert [(one.name, one.version, one.musl, one.is_native, one.is_direct) for one in lock.dependencies] == [
        ("ffi", "1.17.0", False, True, False), ("google-protobuf", "4.28.0", None, True, False),
        ("nokogiri", "1.18.0", True, True, True), ("rack", "3.1.8", None, None, True),
    ]  # fmt: skip
    assert manifest.runtime == lock.runtime == "3.4.1"
    assert lock.facts == {"platforms": "ruby, x86_64-linux-musl"}


COMPOSER = """{"require": {"php": ">=8.3",
"ext-intl": "*",
"a/b": "^1"}, "require-dev": {"c/d": "2"}}"""
COMPOSER_LOCK = """{"packages": [{"name": "a/b", "version": "v1.2"}],
"packages-dev": [{"name": "c/d"}], "platform": {"php": "^8.3", "ext-gd": "*"}}"""


def test_composer_files_are_read(read: Read) -> None:
    manifest = read("composer.json", COMPOSER)
    lock = read("composer.lock", COMPOSER_LOCK)

    assert shown(manifest) == [("a/b", None, 3, False), ("c/d", None, 3, True), ("ext-intl", None, 2, False)]
    assert [one.is_native for one in manifest.dependencies] == [None, None, True]
    assert shown(lock) == [("a/b", "1.2", 1, False), ("c/d", None, 2, True), ("ext-gd", None, 2, False)]
    assert (manifest.runtime, lock.runtime) == (">=8.3", "^8.3")


def test_project_files_of_dotnet_are_read(read: Read) -> None:
    manifest = read(
        "Shop.csproj",
        """<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><InvariantGlobalization>true</InvariantGlobalization>
    <PublishAot>$(Aot)</PublishAot><SelfContained>false</SelfContained></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Npgsql" Version="9.0.2" />
    <PackageReference Include="Analyzer" PrivateAssets="all"><Version>[1,2)</Version></PackageReference>
  </ItemGroup>
</Project>""",
    )

    assert shown(manifest) == [("Analyzer", None, 6, True), ("Npgsql", "9.0.2", 5, False)]
    assert manifest.runtime == "net10.0"
    assert manifest.facts == {
        "InvariantGlobalization": "true",
        "Sdk": "Microsoft.NET.Sdk.Web",
        "SelfContained": "false",
    }


@pytest.mark.parametrize(
    ("name", "content", "ecosystem", "runtime"),
    [
        (".python-version", "# talk\n3.13\n", "pypi", "3.13"),
        (".nvmrc", "v24.1.0\n", "npm", "24.1.0"),
        (".nvmrc", "lts/krypton\n", "npm", "lts/krypton"),
        (".node-version", "22", "npm", "22"),
        (".ruby-version", "ruby-3.4.1\n", "gem", "3.4.1"),
        (".ruby-version", "", "gem", None),
        ("global.json", '{"sdk": {"version": "10.0.100"}}', "nuget", "10.0.100"),
    ],
)
def test_version_files_name_a_runtime(read: Read, name: str, content: str, ecosystem: str, runtime: str | None) -> None:
    manifest = read(name, content)

    assert (manifest.ecosystem, manifest.runtime, manifest.dependencies) == (ecosystem, runtime, ())


LAUGHS = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><project>&b;</project>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pom.xml", LAUGHS.encode()),
        ("pom.xml", b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><project/>'),
        ("pom.xml", b"<a>" * 100_000),
        ("pom.xml", b"<a>" + b"<b/>" * 200_000 + b"</a>"),
        ("pom.xml", b"<project>"),
        ("pom.xml", b""),
        ("pom.xml", b'<?xml version="1.0" encoding="nonsense"?><project/>'),
        ("a.csproj", b"\0\0"),
        ("go.mod", b"\xff\xfe"),
        (".nvmrc", b"x" * 1000),
        ("global.json", b"nonsense"),
        ("Cargo.toml", b"[a\n"),
    ],
)
def test_what_is_hostile_or_broken_is_an_unknown(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    start = time.monotonic()

    manifests, unknowns = read_manifests(DirectoryFiles(tmp_path), ".")

    assert time.monotonic() - start < 5
    assert manifests == ()
    assert [one.path.partition(":")[0] for one in unknowns] == [name]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Gemfile", "group " + " " * 5000 + ")" * 5000),
        ("Gemfile", 'gem "a"' + " group:[" * 120),
        ("Gemfile", "group " + ": " * 450),
        ("build.gradle", "implementation" + " " * 50_000),
        ("build.gradle", "implementation" + "(" * 900),
        ("build.gradle", "i" * 990 + "mplementation 'a:b:c'"),
        ("Gemfile.lock", "    a (" + "-x86" * 5000 + ")"),
        ("requirements.txt", "a" + "." * 100_000 + "!"),
        ("requirements.txt", "-r" + " " * 100_000 + "="),
        ("requirements.txt", "a[" * 50_000),
        ("yarn.lock", "a-linux" * 50_000),
        ("go.mod", "require (" + " " * 100_000),
    ],
    ids=range(12),
)
def test_hostile_lines_take_no_long_time(tmp_path: Path, name: str, line: str) -> None:
    heading = "GEM\n" if name == "Gemfile.lock" else ""
    (tmp_path / name).write_text(heading + "\n".join([line] * 20))
    start = time.monotonic()

    with contextlib.suppress(InputError):
        read_manifest(DirectoryFiles(tmp_path), name)
    assert time.monotonic() - start < 5


def test_only_the_folder_itself_and_the_extra_paths_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "app" / "sub").mkdir(parents=True)
    (tmp_path / "app" / "go.mod").write_text("go 1.24\n")
    (tmp_path / "app" / "sub" / "go.mod").write_text("go 1.23\n")
    (tmp_path / "app" / "package.json").mkdir()
    (tmp_path / ".nvmrc").write_text("22\n")
    files = DirectoryFiles(tmp_path)

    alone, _ = read_manifests(files, "app")
    more, unknowns = read_manifests(files, "app", [".nvmrc", "app/sub/go.mod", "missing/go.mod", "app/main.go"])

    assert [one.path for one in alone] == ["app/go.mod"]
    assert [one.path for one in more] == [".nvmrc", "app/go.mod", "app/sub/go.mod"]
    assert [one.path for one in unknowns] == ["missing/go.mod"]


def test_a_file_that_no_reader_claims_is_none(tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text("")

    assert read_manifest(DirectoryFiles(tmp_path), "main.go") is None
