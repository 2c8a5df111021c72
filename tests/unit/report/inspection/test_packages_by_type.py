"""The table of packages by type, of images that were built and read: its bytes are those that packages explain."""

import json

from inspections import inventory as made
from inspections import package
from packaged_images import debian, inventory

from basewright.report.inspection import contents_view

SIX = "usr/lib/python3/dist-packages/six-1.16.0.dist-info"
OWN = "usr/local/lib/python3.11/site-packages/idna-3.7.dist-info"


def test_the_bytes_of_all_types_add_up_to_what_packages_explain() -> None:
    files = debian(
        {"python3-six": [f"{SIX}/METADATA", "usr/lib/python3/dist-packages/six.py"], "bash": ["bin/bash"]},
        {
            f"{SIX}/METADATA": "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n",
            "usr/lib/python3/dist-packages/six.py": "six" * 700,
            "bin/bash": "#!" * 3_000,
            "opt/of-nobody": "x" * 5_000,
        },
    )
    upper = {
        f"{OWN}/METADATA": "Metadata-Version: 2.1\nName: idna\nVersion: 3.7\n",
        f"{OWN}/RECORD": "idna/core.py,,\n../../../../lib/python3/dist-packages/six.py,,\n",
        "usr/local/lib/python3.11/site-packages/idna/core.py": "idna" * 900,
        "app/node_modules/a/package.json": json.dumps({"name": "a", "version": "1.0.0"}),
        "app/node_modules/a/index.js": "a" * 1_234,
    }
    found = inventory(files, upper)
    groups = {one.type: one.bytes or 0 for one in contents_view.groups(found)}
    assert set(groups) == {"deb", "pypi", "npm"}
    assert all(groups.values())
    shares = sum(one.bytes for one in found.shares if one.package is not None)
    assert sum(groups.values()) == shares == found.coverage.explained_bytes
    assert sum(one.bytes for one in found.shares) == found.coverage.bytes == found.bytes
    assert found.coverage.explained_bytes < found.bytes


def test_a_type_without_bytes_says_whose_files_it_lies_in() -> None:
    packages = (
        package("bash", "5", 100),
        package("rand", "0.8", None, kind="cargo"),
        package("idna", "3.7", None, kind="pypi"),
        package("six", "1", 100, kind="npm", owner=package("bash", "5", 100).purl),
    )
    told = {
        one.type: contents_view.group_sentence(one) for one in contents_view.groups(made(packages=packages, shares=()))
    }
    assert told["cargo"] == "Rust (cargo), inside other packages' files"
    assert told["pypi"] == "Python (pypi), of no size of their own"
    assert told["npm"] == "Node.js (npm), all brought by the distribution"
