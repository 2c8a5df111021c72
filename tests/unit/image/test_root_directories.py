from pathlib import Path

import images
import pytest
from plain_reader import PlainReader

from basewright.errors import InputError
from basewright.image.interface import OpenOptions
from basewright.image.root_directory import open_root_directory


def test_a_folder_is_an_image_without_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "version").symlink_to("/nowhere")
    (image,) = open_root_directory("root", "dir:root", OpenOptions(platform="linux/arm64"))
    assert (image.config, image.layers, image.unknowns) == (None, (), ())
    assert (image.identity.transport, str(image.identity.platform)) == ("dir", "linux/arm64")
    reader = PlainReader()
    assert len(image.read_layers(reader, print)) == 1
    assert reader.directories == [str(tmp_path / "root")]
    image.close()


def test_a_folder_that_holds_an_image_in_another_form_is_told(tmp_path: Path) -> None:
    images.write_oci_layout(tmp_path / "layout", images.image([]))
    (tmp_path / "skopeo").mkdir()
    (tmp_path / "skopeo" / "version").write_text("Directory Transport Version: 1.1\n")
    for name, hint in (("layout", "oci-dir:"), ("skopeo", "skopeo copy dir:")):
        with pytest.raises(InputError) as caught:
            open_root_directory(str(tmp_path / name), name, OpenOptions())
        assert hint in caught.value.hint


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file", "none", "a\0b"):
        with pytest.raises(InputError):
            open_root_directory(str(tmp_path / name), name, OpenOptions())
