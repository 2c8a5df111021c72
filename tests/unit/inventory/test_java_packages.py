"""Java archives in images: identity, nesting, shading, windows, and archives that mean harm."""

import io
import random
import struct
import time
import zipfile
from collections.abc import Sequence

import pytest
from packaged_images import debian, inventory, package, reasons
from zips import in_windows, nested, zip_of

from basewright.formats.content import Content, MalformedError
from basewright.formats.zip import first_windows
from basewright.inventory.languages import java_archive
from basewright.inventory.languages.java_archive import JavaArtifact, read_java
from basewright.inventory.languages.java_identity import identify
from basewright.inventory.languages.java_texts import (
    Coordinates,
    read_manifest,
    read_pom,
    read_properties,
    split_file_name,
)


def properties(group: str, artifact: str, version: str) -> dict[str, str]:
    text = f"#Generated\nversion={version}\ngroupId={group}\nartifactId={artifact}\n"
    return {f"META-INF/maven/{group}/{artifact}/pom.properties": text}


def jar(manifest: str = "Manifest-Version: 1.0\n", stored: bool = False, **members: str | bytes) -> bytes:
    return zip_of({"META-INF/MANIFEST.MF": manifest} | members, stored=stored)


def artifacts(path: str, data: bytes) -> Sequence[JavaArtifact]:
    found = read_java(path, Content.whole(data))
    return found.artifacts if found is not None else ()


def gav(one: JavaArtifact) -> str:
    return f"{one.group}:{one.artifact}:{one.version}"


def test_an_archives_own_properties_name_it_and_the_others_are_shaded() -> None:
    data = zip_of(
        {"META-INF/MANIFEST.MF": "Implementation-Title: x\n"}
        | properties("org.acme", "tool", "1.2")
        | properties("com.google.guava", "guava", "33.0-jre")
    )

    found = inventory({"opt/tool-1.2.jar": data})

    assert package(found, "org.acme:tool").purl == "pkg:maven/org.acme/tool@1.2"
    assert package(found, "org.acme:tool").files == ("opt/tool-1.2.jar",)
    shaded = package(found, "com.google.guava:guava")
    assert shaded.location == "opt/tool-1.2.jar!/META-INF/maven/com.google.guava/guava/pom.properties"
    assert shaded.note == "copied into the archive"
    assert shaded.files == ()


def test_archives_inside_archives_are_placed_in_them() -> None:
    library = zip_of(properties("org.slf4j", "slf4j-api", "2.0.9"))
    war = zip_of({"WEB-INF/lib/slf4j-api-2.0.9.jar": library})
    ear = zip_of({"shop.war": war})

    found = package(inventory({"srv/shop.ear": ear}), "org.slf4j:slf4j-api")

    assert found.location == "srv/shop.ear!/shop.war!/WEB-INF/lib/slf4j-api-2.0.9.jar"


def test_a_spring_boot_archive_behind_a_start_script_is_read() -> None:
    library = zip_of(properties("org.springframework", "spring-core", "6.1.0"))
    boot = zip_of(
        {"BOOT-INF/lib/spring-core-6.1.0.jar": library} | properties("com.acme", "shop", "0.1"),
        stored=True,
    )

    found = inventory({"app.jar": b"#!/bin/bash\nexit\n" + boot})

    assert {one.name for one in found.packages} == {"com.acme:shop", "org.springframework:spring-core"}
    assert package(found, "com.acme:shop").location == "app.jar"


def test_a_jar_of_the_distribution_is_linked_with_all_that_is_in_it() -> None:
    path = "usr/share/java/tool-1.2.jar"
    data = zip_of(properties("org.acme", "tool", "1.2") | {"lib/inner-3.jar": jar()})
    found = inventory(debian({"libtool-java": [path]}) | {path: data})

    owners = {one.name: one.owner for one in found.packages if one.type == "maven"}

    assert owners == dict.fromkeys(["org.acme:tool", "inner"], package(found, "libtool-java").purl)


@pytest.mark.parametrize(
    ("name", "manifest", "expected"),
    [
        ("guava-33.0.jar", "", "com.google.guava:guava:33.0"),
        ("h2-2.1.jar", "Bundle-SymbolicName: com.h2database\n", "com.h2database:h2:2.1"),
        ("commons-x-1.9.jar", "Bundle-SymbolicName: org.apache.commons.x\n", "org.apache.commons:commons-x:1.9"),
        ("own-1.jar", "Implementation-Vendor-Id: com.acme.own\n", "com.acme.own:own:1"),
        ("own-1.jar", "Implementation-Vendor: The Acme Company\n", ":own:1"),
        ("own.jar", "Implementation-Version: 4.5\n", ":own:4.5"),
        ("own.jar", "Implementation-Version: ${project.version}\nBundle-Version: 4.6\n", ":own:4.6"),
        ("own.jar", "Created-By: x\n", ":own:"),
        ("io.quarkus.gizmo.gizmo-1.1.jar", "X: y\n", "io.quarkus.gizmo:gizmo:1.1"),
        ("org.eclipse.osgi-3.18.jar", "Bundle-SymbolicName: org.eclipse.osgi;singleton:=true\n",
         "org.eclipse.platform:org.eclipse.osgi:3.18"),
        ("com.acme.bundle_1.2.3.jar", "Bundle-SymbolicName: com.acme.bundle\n", ":com.acme.bundle:1.2.3"),
        ("commons-chain-1.1.jar", "Implementation-Vendor-Id: org.apache\n", "commons-chain:commons-chain:1.1"),
        ("x-1.jar", "Automatic-Module-Name: com.acme.x\n", "com.acme:x:1"),
    ],
)  # fmt: skip
def test_manifest_and_file_name_tell_where_no_pom_does(name: str, manifest: str, expected: str) -> None:
    (found,) = artifacts(name, jar(manifest))

    assert gav(found) == expected


def test_a_group_that_nobody_recorded_is_not_invented() -> None:
    (found,) = inventory({"x-1.jar": jar()}).packages

    assert found.purl == "pkg:maven/x@1"
    assert found.note == "group not recorded"


def test_classes_alone_in_a_file_without_a_version_tell_nothing() -> None:
    assert artifacts("classes.jar", zip_of({"A.class": "x"})) == ()


def test_a_pom_names_an_archive_that_has_no_properties() -> None:
    pom = (
        "<project xmlns='http://maven.apache.org/POM/4.0.0'><parent><groupId>org.acme</groupId>"
        "<version>7</version></parent><artifactId>own</artifactId><version>${project.parent.version}</version>"
        "<licenses><license><name>MIT</name></license></licenses></project>"
    )

    (found,) = artifacts("renamed.jar", zip_of({"META-INF/maven/org.acme/own/pom.xml": pom}))

    assert gav(found) == "org.acme:own:7"
    assert found.licenses == ("MIT",)


def test_one_properties_file_names_a_renamed_archive() -> None:
    (found,) = artifacts("app.jar", zip_of({"META-INF/MANIFEST.MF": ""} | properties("com.acme", "shop", "0.1")))

    assert gav(found) == "com.acme:shop:0.1"


def test_one_foreign_properties_file_does_not() -> None:
    found = artifacts("tool-2.0.jar", jar(**properties("com.acme", "other", "0.1")))

    assert [gav(one) for one in found] == [":tool:2.0", "com.acme:other:0.1"]


def test_one_thing_shaded_into_a_renamed_archive_does_not_name_it() -> None:
    found = artifacts("guice.jar", jar("Bundle-Version: 4.2.3\n", **properties("cglib", "cglib", "3.2.12")))

    assert [gav(one) for one in found] == ["com.google.inject:guice:4.2.3", "cglib:cglib:3.2.12"]


@pytest.mark.parametrize("name", ["jline2.jar", "maven3-core.jar", "el-api.jar"])
def test_a_renamed_archive_is_known_by_its_properties(name: str) -> None:
    own = {"jline2.jar": "jline", "maven3-core.jar": "maven-core", "el-api.jar": "javax.el-api"}[name]

    (found,) = artifacts(name, jar("Bundle-Version: 3.8.7\n", **properties("g", own, "3.8.7")))

    assert found.artifact == own


def test_licences_and_vendor_come_from_the_manifest() -> None:
    (found,) = artifacts("own-1.jar", jar("Bundle-License: Apache-2.0\nImplementation-Vendor: Acme\n"))

    assert (found.licenses, found.supplier) == (("Apache-2.0",), "Acme")


def test_long_lines_of_a_manifest_are_put_together_and_sections_left_out() -> None:
    found = read_manifest(b"A: one\r\n two\r\nB:x\r\rName: a/B.class\rC: no\r")

    assert found == {"a": "onetwo", "b": "x"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a-1.jar", ("a", "1")), ("v-v2.0.jar", ("v", "2.0")), ("noversion.jar", ("noversion", "")), ("1.jar", ("1", ""))],
)
def test_file_names_are_split(name: str, expected: tuple[str, str]) -> None:
    assert split_file_name(name) == expected


def test_placeholders_that_nobody_filled_are_no_values() -> None:
    assert read_properties(b"groupId=${g}\nartifactId=a\nversion=@v@\n") == Coordinates("", "a", "")
    assert read_properties(b"version=1\n") is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<project>",
        b"<html><body/></html>",
        b"<!DOCTYPE p [<!ENTITY a 'b'>]><project><artifactId>&a;</artifactId></project>",
        b"<project>" + b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="no-such"?><project/>',
    ],
)
def test_a_pom_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError, match="POM"):
        read_pom(data)


def test_parents_that_name_each_other_end() -> None:
    pom = "<project><artifactId>a</artifactId><version>${x}</version><properties><x>${x}</x></properties></project>"

    assert read_pom(pom.encode()).version == ""


def test_archives_nested_a_thousand_deep_are_given_up_in_words() -> None:
    data = nested(1000)
    start = time.perf_counter()

    found = inventory({"deep.jar": data})

    assert time.perf_counter() - start < 5
    assert any("nested more than 16 deep" in reason for reason in reasons(found))


def test_a_bomb_of_archives_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java_archive, "INFLATED_BYTES", 2_000_000)
    zeros = zip_of({"x": b"\0" * 10_000_000})
    data = zip_of(
        {f"a-{index}.0.jar": zip_of({"y": zeros}) for index in range(30)} | {"big-1.0.jar": b"\0" * 3_000_000}
    )

    found = read_java("bomb.jar", Content.whole(data))

    assert found is not None
    assert all("more than" in problem for _, problem in found.problems)
    assert found.problems[-1][0] == "!/big-1.0.jar"
    assert any(one.artifact == "big" and "it could not be read" in one.note for one in found.artifacts)


def test_too_many_archives_in_one_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java_archive, "ARCHIVES", 10)

    with pytest.raises(MalformedError, match="more than 10 archives"):
        read_java("many.jar", Content.whole(zip_of({f"{index}.jar": jar() for index in range(20)})))


def test_members_that_quote_each_other_are_told() -> None:
    data = zip_of({"META-INF/MANIFEST.MF": "Implementation-Version: 1\n", "b": "x"}, stored=True)
    directory = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", directory + 4)
    quoted = data[: second + 42] + data[directory + 42 : directory + 46] + data[second + 46 :]

    found = read_java("quoted.jar", Content.whole(quoted))

    assert found is not None
    assert found.problems == (("", "META-INF/MANIFEST.MF: overlaps another member"),)


def test_a_broken_archive_inside_is_told_by_its_name() -> None:
    found = inventory({"outer-1.jar": zip_of({"lib/broken-2.1.jar": b"no zip at all, but long enough"})})

    assert package(found, "broken").version == "2.1"
    assert reasons(found) == ["outer-1.jar!/lib/broken-2.1.jar: not a zip archive: no end of a central directory"]


def test_a_file_that_is_no_archive_is_an_unknown_and_an_empty_one_nothing() -> None:
    told = reasons(
        inventory({"a.jar": b"text text text text text text", "b.jar": b"", "c.rar": b"Rar!\x1a\7\0" + b"x" * 50})
    )

    assert told == ["a.jar: java: not a zip archive: no end of a central directory"]


def test_a_large_archive_is_read_in_windows_with_few_looks() -> None:
    noise = random.Random(1)
    libraries = {
        f"BOOT-INF/lib/lib{index}-1.{index}.jar": zip_of(
            properties("org.acme", f"lib{index}", f"1.{index}") | {"x.bin": noise.randbytes(100_000)}, stored=True
        )
        for index in range(60)
    }
    boot = zip_of(libraries | {"classes.bin": noise.randbytes(14_000_000)}, stored=True)

    record, looks, kept = in_windows(
        boot, lambda content: read_java("boot.jar", content), first=first_windows(len(boot))
    )

    assert len(record.artifacts) == 60
    assert looks <= 4
    assert kept < len(boot) / 2


def test_deflated_archives_inside_a_large_one_are_inflated_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java_archive, "WISHED_BYTES", 250_000)
    noise = random.Random(2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for index in range(4):
            inner = zip_of(properties("g", f"a{index}", "1") | {"x": noise.randbytes(100_000)}, stored=True)
            archive.writestr(f"a{index}-1.jar", inner, zipfile.ZIP_DEFLATED)
        archive.writestr("classes.bin", noise.randbytes(2_000_000))
    data = buffer.getvalue()

    record, _, _ = in_windows(data, lambda content: read_java("war.war", content), first=first_windows(len(data)))

    assert [gav(one) for one in record.artifacts] == ["g:a0:1", "g:a1:1", ":a2:1", ":a3:1"]
    assert [place for place, _ in record.problems] == ["!/a2-1.jar", "!/a3-1.jar"]


def test_no_name_inside_an_archive_becomes_a_path() -> None:
    found = inventory({"x.jar": zip_of({"../../etc/passwd.jar": jar(), "\x1b[31m-1.jar": jar()})})

    assert all(one.name.isprintable() and one.location.isprintable() for one in found.packages)
    assert {one.location.partition("!/")[0] for one in found.packages} == {"x.jar"}


def test_nothing_tells_of_an_archive_without_any_text() -> None:
    assert identify("classes.jar", None, (), ()) is None


def test_a_zip_whose_count_lies_is_an_unknown() -> None:
    data = bytearray(jar())
    struct.pack_into("<HH", data, data.rfind(b"PK\5\6") + 8, 7, 7)

    assert "declares 7 members and lists 1" in reasons(inventory({"x.jar": bytes(data)}))[0]
