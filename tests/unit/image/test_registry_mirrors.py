"""Mirrors: whose and in which order."""

from pathlib import Path
from typing import Any

import pytest

from basewright.errors import ConfigurationError, InputError
from basewright.image.registry.endpoints import Endpoint
from basewright.image.registry.mirrors import endpoints
from basewright.image.registry.settings import RegistrySettings
from basewright.model.reference import ImageReference


def ask(reference: str, folder: Path | None = None, told: list[str] | None = None, **settings: Any) -> list[Endpoint]:
    given = RegistrySettings({"HOME": str(folder)} if folder else {}, **settings)
    nowhere = (folder or Path("/nowhere")) / "system"
    return list(endpoints(ImageReference.parse(reference), given, (told if told is not None else []).append, nowhere))


def configure(folder: Path, text: str, name: str = ".config/containers/registries.conf") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def test_without_configuration_a_registry_is_asked_itself() -> None:
    assert ask("redis") == [Endpoint("docker.io", "library/redis")]
    assert ask("redis")[0].host == "registry-1.docker.io"
    assert ask("localhost:5000/a")[0].may_be_plain
    assert not ask("registry.example/a")[0].may_be_plain
    assert ask("registry.example:5000/a", insecure=frozenset({"registry.example:5000"}))[0].may_be_plain


def test_mirrors_of_ones_own_come_first_and_the_registry_last() -> None:
    found = ask("redis:7", mirrors={"docker.io": ("mirror.example/hub", "other.example:5000")})
    assert [str(one) for one in found] == [
        "mirror.example/hub/library/redis", "other.example:5000/library/redis", "docker.io/library/redis",
    ]  # fmt: skip
    assert [one.is_mirror for one in found] == [True, True, False]


def test_the_longest_prefix_counts_and_only_whole_names_match() -> None:
    mirrors = {"registry.example": ("m1.example",), "registry.example/team": ("m2.example/x",)}
    assert str(ask("registry.example/team/app", mirrors=mirrors)[0]) == "m2.example/x/app"
    assert str(ask("registry.example/teams/app", mirrors=mirrors)[0]) == "m1.example/teams/app"
    assert len(ask("registry.example.evil/app", mirrors=mirrors)) == 1


def test_registries_conf_is_read(tmp_path: Path) -> None:
    text = """
    unqualified-search-registries = ["evil.example"]
    [[registry]]
    prefix = "docker.io"
    location = "hub.example/proxy"
    insecure = true
    [[registry.mirror]]
    location = "near.example"
    insecure = true
    [[registry.mirror]]
    location = "tags.example"
    pull-from-mirror = "tag-only"
    [[registry.mirror]]
    location = "digests.example"
    pull-from-mirror = "digest-only"
    """
    found = ask("redis", configure(tmp_path, text))
    assert [str(one) for one in found] == [
        "near.example/library/redis", "tags.example/library/redis", "digests.example/library/redis",
        "hub.example/proxy/library/redis",
    ]  # fmt: skip
    assert [(one.serves_tags, one.serves_digests) for one in found] == [
        (True, True),
        (True, False),
        (False, True),
        (True, True),
    ]
    assert [one.is_insecure for one in found] == [True, False, False, True]


def test_mirrors_by_digest_only_serve_no_tags(tmp_path: Path) -> None:
    text = '[[registry]]\nlocation="registry.example"\nmirror-by-digest-only=true\n'
    text += '[[registry.mirror]]\nlocation="m.example"'
    mirror, own = ask("registry.example/a", configure(tmp_path, text))
    assert (mirror.serves_tags, mirror.serves_digests, own.serves_tags) == (False, True, True)


def test_subdomains_may_be_one_prefix(tmp_path: Path) -> None:
    folder = configure(tmp_path, '[[registry]]\nprefix="*.example.com"\nlocation="m.example/all"')
    assert str(ask("eu.example.com/a/b", folder)[0]) == "m.example/all/a/b"
    assert str(ask("example.com/a/b", folder)[0]) == "example.com/a/b"
    folder = configure(tmp_path, '[[registry]]\nprefix="*.example.com"\ninsecure=true')
    assert ask("eu.example.com/a", folder) == [Endpoint("eu.example.com", "a", is_insecure=True)]


def test_a_blocked_registry_is_not_asked(tmp_path: Path) -> None:
    folder = configure(tmp_path, '[[registry]]\nlocation="registry.example/secret"\nblocked=true')
    with pytest.raises(InputError, match=r"blocks registry\.example/secret"):
        ask("registry.example/secret/a", folder)
    assert ask("registry.example/public", folder)


def test_a_drop_in_replaces_a_rule(tmp_path: Path) -> None:
    configure(tmp_path, '[[registry]]\nlocation="registry.example"\nblocked=true')
    configure(tmp_path, '[[registry]]\nlocation="registry.example"', ".config/containers/registries.conf.d/10.conf")
    assert ask("registry.example/a", tmp_path)


def test_the_systems_file_counts_where_the_user_has_none(tmp_path: Path) -> None:
    configure(tmp_path, '[[registry]]\nprefix="docker.io"\nlocation="s.example"', "system/registries.conf")
    assert str(ask("redis", tmp_path)[0]) == "s.example/library/redis"


@pytest.mark.parametrize("text", ["[", "\x00", "a=1\na=2", "x = [" + "[" * 100_000])
def test_a_file_that_cannot_be_read_is_told(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"registries\.conf cannot be read"):
        ask("redis", configure(tmp_path, text))


@pytest.mark.parametrize(
    "location", ["https://m.example", "m.example/../..", "m example", "m.example/UPPER", "a@b.example", "m.example/x?y"]
)
def test_a_mirror_that_is_no_place_is_told(location: str, tmp_path: Path) -> None:
    text = f'[[registry]]\nprefix="docker.io"\nlocation="docker.io"\n[[registry.mirror]]\nlocation="{location}"'
    with pytest.raises(ConfigurationError, match="leads to what is no repository"):
        ask("redis", configure(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    ["registry = 1", "registry = [1]", "[[registry]]\ninsecure=true", "[registries.search]\nregistries=[]\n[registry]"],
)
def test_what_is_no_rule_is_passed_over(text: str, tmp_path: Path) -> None:
    assert ask("redis", configure(tmp_path, text)) == [Endpoint("docker.io", "library/redis")]
