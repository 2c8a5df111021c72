"""Docker Official Images: published tags, retired tags, measured configurations and package lists."""

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from catalog.lines import Record, keyed, package_text, read_lines

_ARCHITECTURES = {
    "arm32v5": "arm/v5",
    "arm32v6": "arm/v6",
    "arm32v7": "arm/v7",
    "arm64v8": "arm64",
    "i386": "386",
}
"""Official-images' spelling → OCI's; the others are the same in both."""


def tag_records(source: Path) -> list[Record]:
    """Return one record for each build of `official-tags.jsonl`, in the library's order."""
    return [_tag_record(line) for line in read_lines(source / "official-tags.jsonl")]


def _tag_record(line: Record) -> Record:
    architectures = [_ARCHITECTURES.get(name, name) for name in line["architectures"] if not name.startswith("windows")]
    return keyed(
        line["repo"],
        {
            "directory": line["directory"].strip("/."),
            "tags": line["tags"],
            "shared_tags": line.get("shared_tags"),
            "architectures": sorted(architectures),
            "windows": None if architectures else True,
        },
    )


def retired_records(source: Path) -> list[Record]:
    """Return one record for each day on which a repository dropped tags."""
    lines = read_lines(source / "official-retired.jsonl")

    def day(line: Record) -> tuple[str, str, str]:
        return line["repo"], line["retired"], line["commit"]

    return [
        keyed(repo, {"day": retired, "commit": commit, "tags": sorted(line["tag"] for line in group)})
        for (repo, retired, commit), group in groupby(sorted(lines, key=day), key=day)
    ]


def measured_records(source: Path) -> list[Record]:
    """Return one record for each tag of `images.jsonl`, sorted by tag."""
    lines = sorted(read_lines(source / "images.jsonl"), key=lambda line: (line["repository"], line["tag"]))
    return [_measured_record(line) for line in lines]


def _measured_record(line: Record) -> Record:
    config = line["config"]
    amd64 = line["platforms"].get("linux/amd64", {})
    return keyed(
        line["repository"],
        {
            "tag": line["tag"],
            "date": line["captured_at"][:10],
            "source": f"{line['source']['repo']} {line['source']['path']}",
            "commit": line["source"].get("commit"),
            "digest": line["index_digest"],
            "amd64_digest": amd64.get("digest"),
            "compressed_bytes": amd64.get("compressed_size_bytes"),
            "base_layer_compressed_bytes": line.get("base_layer_compressed_bytes"),
            "platforms": line["platform_list"],
            # Null in the source means that the configuration does not set it; "" and [] say so here.
            "user": config["user"] or "",
            "entrypoint": config["entrypoint"] or [],
            "command": config["cmd"] or [],
            "working_directory": config["workdir"] or "",
            "ports": config["ports"] or [],
            "volumes": config["volumes"] or [],
            "stop_signal": config["stop_signal"],
            "environment": config["env"],
            "users": user_texts(line["declared_users"]),
            "os": line["os"],
            "libc": line["libc"],
            "package_manager": line["package_manager"],
            "shell": line["shell"],
        },
    )


def user_texts(users: Iterable[Record]) -> list[str]:
    """Return users as ``name:uid:gid``; an id that the source does not say is empty. Said twice is said once."""
    texts = (":".join(str(part) for part in _user_parts(user)).rstrip(":") for user in users)
    return list(dict.fromkeys(texts))


def _user_parts(user: Record) -> tuple[object, object, object]:
    return user.get("name") or user.get("username"), _or_empty(user.get("uid")), _or_empty(user.get("gid"))


def _or_empty(number: int | None) -> object:
    return "" if number is None else number


def package_records(source: Path) -> list[Record]:
    """Return one record for each measured package list, sorted by reference."""
    records = []
    for path in sorted((source / "packages").glob("*.json")):
        line = json.loads(path.read_text(encoding="utf-8"))
        repository, _, tag = line["reference"].partition(":")
        origin = line.get("source")
        size = line.get("on_disk_mb")
        facts = {
            "tag": tag,
            "build": line.get("title_in_source"),
            "date": (line.get("created") or "")[:10] or None,
            "source": f"{origin['repo']} {origin['path']}" if origin else None,
            "commit": origin.get("commit") if origin else None,
            "bytes": None if size is None else round(size * 1_000_000),
            "stale": line.get("stale"),
            "derived_from": line.get("derived_from"),
            "packages": package_text((package["name"], package["version"]) for package in line["packages"]),
        }
        records.append(keyed(repository, facts))
    return records
