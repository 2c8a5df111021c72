from collections.abc import Sequence

import images
import pytest

from basewright.errors import InputError, InvalidImageError, InvalidPlatformError, UnsupportedError
from basewright.image import select as selection
from basewright.image.interface import OpenOptions
from basewright.image.limits import Limits
from basewright.image.manifest import Index, parse_document
from basewright.image.select import lone_note, members, rank, select, this_machine
from basewright.model.image import Descriptor
from basewright.model.platform import Platform

LIMITS = Limits()


@pytest.fixture(autouse=True)
def _on_amd64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "this_machine", lambda: Platform("linux", "amd64"))


def index_of(*platforms: str, attestations: bool = False) -> Index:
    built = images.index([images.image([], platform=one) for one in platforms], attestations=attestations)
    document = parse_document(built.manifest, "index")
    assert isinstance(document, Index)
    return document


def chosen(index: Index, platform: str | None = None, told: str | None = None, **options: bool) -> list[str]:
    found = members(index, lambda _: pytest.fail("nothing is nested"), "index", LIMITS)
    picked = select(
        found.images,
        "index",
        OpenOptions(platform=platform, **options),
        lambda _: Platform.parse(told) if told else None,
    )
    return [str(one.platform) for one in picked]


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("linux/amd64", "linux/amd64", 0),
        ("linux/amd64", "linux/amd64/v1", 0),
        ("linux/amd64", "linux/amd64/v2", None),
        ("linux/amd64/v3", "linux/amd64", 2),
        ("linux/x86_64", "linux/amd64", 0),
        ("linux/arm64", "linux/arm64/v8", 0),
        ("linux/arm64/v8", "linux/arm64", 0),
        ("linux/aarch64", "linux/arm64", 0),
        ("linux/arm64", "linux/arm64/v9", None),
        ("linux/arm", "linux/arm/v7", 0),
        ("linux/arm", "linux/arm/v6", 1),
        ("linux/arm/v6", "linux/arm/v7", None),
        ("linux/arm/v6", "linux/arm/v5", 1),
        ("linux/amd64", "windows/amd64", None),
        ("linux/amd64", "linux/386", None),
        ("linux/riscv64", "linux/riscv64", 0),
        ("linux/odd/x", "linux/odd/y", None),
    ],
)
def test_variants_are_matched_as_containerd_does(wanted: str, offered: str, expected: int | None) -> None:
    assert rank(Platform.parse(wanted), Platform.parse(offered)) == expected


@pytest.mark.parametrize(
    ("platforms", "wanted", "expected"),
    [
        (["linux/386", "linux/amd64", "linux/arm64"], None, "linux/amd64"),
        (["linux/arm/v5", "linux/arm/v6", "linux/arm/v7"], "linux/arm", "linux/arm/v7"),
        (["linux/arm/v5", "linux/arm/v6"], "linux/arm", "linux/arm/v6"),
        (["linux/arm64/v8", "linux/amd64"], "linux/arm64", "linux/arm64/v8"),
        (["linux/s390x"], None, "linux/s390x"),
    ],
)
def test_the_best_platform_is_chosen(platforms: Sequence[str], wanted: str | None, expected: str) -> None:
    assert chosen(index_of(*platforms), wanted) == [expected]


def test_attestations_are_no_platforms() -> None:
    index = index_of("linux/arm64", attestations=True)
    found = members(index, lambda _: pytest.fail("nothing is nested"), "index", LIMITS)
    assert (len(found.images), len(found.attachments)) == (1, 1)
    assert chosen(index) == ["linux/arm64"]
    assert chosen(index, all_platforms=True) == ["linux/arm64"]


def test_unknown_platforms_are_no_images_without_an_annotation_either() -> None:
    assert chosen(index_of("linux/s390x", "unknown/unknown")) == ["linux/s390x"]


def test_all_platforms_come_sorted() -> None:
    assert chosen(index_of("linux/s390x", "linux/386", "linux/arm64"), all_platforms=True) == [
        "linux/386",
        "linux/arm64",
        "linux/s390x",
    ]


def test_no_match_names_what_there_is() -> None:
    with pytest.raises(InputError, match=r"linux/riscv64; there are: linux/386, linux/amd64") as caught:
        chosen(index_of("linux/amd64", "linux/386"), "linux/riscv64")
    assert "--platform" in caught.value.hint
    with pytest.raises(InputError, match="this machine's platform, linux/amd64; there are: linux/386, linux/s390x"):
        chosen(index_of("linux/s390x", "linux/386"))
    with pytest.raises(InputError, match=r"there are: linux/a0,.* …"):
        chosen(index_of(*(f"linux/a{number}" for number in range(100))), "linux/b")
    with pytest.raises(InvalidPlatformError):
        chosen(index_of("linux/amd64", "linux/386"), "amd64")
    with pytest.raises(InputError, match="names no image"):
        chosen(index_of())


def test_a_descriptor_without_platform_is_asked_for_it_only_where_it_matters() -> None:
    document = images.index([{**images.image([]).descriptor, "platform": None}])
    index = parse_document(document.manifest, "index")
    assert isinstance(index, Index)
    assert chosen(index) == ["None"]
    assert chosen(index, "linux/arm64", told="linux/arm64") == ["linux/arm64"]
    with pytest.raises(InputError, match="there are: one that does not tell"):
        chosen(index, "linux/arm64")


def test_what_the_caller_did_not_say_is_noted() -> None:
    found = members(index_of("linux/amd64", "linux/386"), lambda _: pytest.fail("nothing is nested"), "index", LIMITS)
    (one,) = select(found.images, "index", OpenOptions(), lambda _: None)
    assert one.note == "for this machine's platform, linux/amd64, of 2"
    assert "the only one there is, for linux/s390x" in lone_note(Platform("linux", "s390x"), OpenOptions())
    assert lone_note(Platform("linux", "amd64"), OpenOptions()) == ""
    assert lone_note(None, OpenOptions()) == ""


class Store:
    """Indexes in indexes."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}

    def add(self, built: images.BuiltIndex) -> images.BuiltIndex:
        self.documents |= built.blobs
        return built

    def fetch(self, descriptor: Descriptor) -> object:
        return parse_document(self.documents[str(descriptor.digest)], "nested", digest=descriptor.digest)

    def members(self, top: images.BuiltIndex) -> selection.Members:
        document = parse_document(top.manifest, "index")
        assert isinstance(document, Index)
        return members(document, self.fetch, "index", LIMITS)  # type: ignore[arg-type]


def test_nested_indexes_are_walked_to_their_limit() -> None:
    store = Store()
    inner = images.index([images.image([], platform="linux/s390x")])
    for _ in range(2):
        inner = store.add(images.index([inner, images.image([])]))
    assert [str(one.platform) for one in store.members(inner).images] == ["linux/s390x", "linux/amd64", "linux/amd64"]
    with pytest.raises(UnsupportedError, match="deeper than the 3"):
        store.members(store.add(images.index([inner])))


def test_an_index_that_contains_itself_ends() -> None:
    loop = images.index([])
    # No digest can be made that names its own bytes: the store lies, as a hostile one would.
    descriptor = {"mediaType": images.OCI_INDEX, "digest": "sha256:" + "c" * 64, "size": 1}
    outer = images.index([descriptor])
    store = Store()
    store.documents["sha256:" + "c" * 64] = images.index([descriptor]).manifest
    with pytest.raises(InvalidImageError, match="contains itself"):
        store.members(outer)
    assert store.members(loop).images == ()


def test_many_small_indexes_count_together() -> None:
    store = Store()
    inner = [
        store.add(images.index([images.image([], platform=f"linux/a{one}b{two}") for two in range(60)]))
        for one in range(9)
    ]
    with pytest.raises(UnsupportedError, match="more than the 512 entries"):
        store.members(images.index(inner))


def test_an_index_that_is_none_is_told() -> None:
    store = Store()
    app = images.image([])
    store.documents |= app.blobs
    lying = images.index([{**app.descriptor, "mediaType": images.OCI_INDEX}])
    with pytest.raises(InvalidImageError, match="no image index"):
        store.members(lying)


def test_this_machine_has_a_platform() -> None:
    assert this_machine().os == "linux"
