from pathlib import Path

import pytest

from basewright.errors import BasewrightError, InputError, InvalidReferenceError, UnsupportedError
from basewright.image.naming import parse_name, split_place

ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "transport", "rest"),
    [
        ("nginx", "", "nginx"),
        ("nginx:1.29", "", "nginx:1.29"),
        ("registry:nginx", "registry", "nginx"),
        ("docker://ghcr.io/a/b:1", "registry", "ghcr.io/a/b:1"),
        ("registry:5000/app", "", "registry:5000/app"),
        ("docker:5000/app:1", "", "docker:5000/app:1"),
        ("docker:nginx:1", "docker", "nginx:1"),
        ("docker-daemon:nginx:1", "docker", "nginx:1"),
        (f"docker-daemon:sha256:{ID}", "docker", f"sha256:{ID}"),
        (f"podman:{ID[:12]}", "podman", ID[:12]),
        ("oci:/a/b:tag", "oci-dir", "/a/b:tag"),
        ("oci-dir:a", "oci-dir", "a"),
        ("oci-archive:/a.tar", "oci-archive", "/a.tar"),
        ("docker-archive:/a.tar:x:1", "docker-archive", "/a.tar:x:1"),
        ("dir:/", "dir", "/"),
        ("localhost:5000/x", "", "localhost:5000/x"),
    ],
)
def test_schemes_and_their_other_spellings_are_told(text: str, transport: str, rest: str) -> None:
    name = parse_name(text)
    assert (name.transport, name.rest, name.text) == (transport, rest, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", InputError),
        ("docker:", InputError),
        ("oci-dir:", InputError),
        ("Nginx", InvalidReferenceError),
        ("registry:a b", InvalidReferenceError),
        ("docker:../../etc/passwd", InvalidReferenceError),
        ("podman:a/../b", InvalidReferenceError),
        ("docker:x?all=1", InvalidReferenceError),
        ("docker://", InputError),
        ("containers-storage:localhost/x", UnsupportedError),
        ("./x.tar", InvalidReferenceError),
        ("/x", InvalidReferenceError),
        ("http://x/y", InvalidReferenceError),
        ("\0", InvalidReferenceError),
    ],
)
def test_what_names_no_image_is_refused(text: str, kind: type[BasewrightError]) -> None:
    with pytest.raises(kind):
        parse_name(text)


def test_the_storage_of_podman_has_a_way_out() -> None:
    with pytest.raises(UnsupportedError) as caught:
        parse_name("containers-storage:localhost/x")
    assert "podman:localhost/x" in caught.value.hint


def test_a_path_without_a_scheme_is_told_which_it_could_have(tmp_path: Path) -> None:
    (tmp_path / "layout").mkdir()
    (tmp_path / "layout" / "oci-layout").write_text("{}")
    (tmp_path / "a.tar").write_text("")
    for path, hint in (("layout", "oci-dir:"), ("a.tar", "docker-archive:"), (".", "dir:"), ("none", "by scheme")):
        with pytest.raises(InvalidReferenceError) as caught:
            parse_name(f"{tmp_path}/{path}")
        assert hint in caught.value.hint


@pytest.mark.parametrize(("text", "hint"), [("docker:29-dind", "registry:docker:29-dind"), ("docker:nginx", "")])
def test_an_official_image_that_is_called_as_a_scheme_is_hinted_at(text: str, hint: str) -> None:
    assert parse_name(text).hint().endswith(hint)
    assert bool(parse_name(text).hint()) == bool(hint)


def test_the_longest_path_that_stands_is_the_place(tmp_path: Path) -> None:
    for name in ("a", "a:b"):
        (tmp_path / name).write_text("")
    root = str(tmp_path)
    assert split_place(f"{root}/a") == (f"{root}/a", None)
    assert split_place(f"{root}/a:b") == (f"{root}/a:b", None)
    assert split_place(f"{root}/a:b:c/d:e") == (f"{root}/a:b", "c/d:e")
    assert split_place(f"{root}/a:c") == (f"{root}/a", "c")
    assert split_place(f"{root}/a:") == (f"{root}/a", None)
    assert split_place(f"{root}/a@sha256:{ID}") == (f"{root}/a", f"@sha256:{ID}")
    with pytest.raises(InputError, match="no such file"):
        split_place(f"{root}/z:c")
