"""Distroless, Docker Hardened Images and Chainguard's free images."""

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from catalog.lines import Record, keyed, package_text, read_lines
from catalog.official import user_texts


def distroless_records(source: Path) -> list[Record]:
    """Return one record for each distroless image and tag; an unsuffixed name only says where it leads."""
    records, leads = [], {}
    for line in read_lines(source / "distroless.jsonl"):
        name = f"{line['image']}-debian{line['debian']}"
        if line["aliases"]:
            leads[line["image"]] = name
        records.append(_distroless_record(name, line))
    return records + [keyed(image, {"leads_to": name, "tag": "latest"}) for image, name in sorted(leads.items())]


def _distroless_record(name: str, line: Record) -> Record:
    return keyed(
        name,
        {
            "tag": line["tag"],
            "debian": line["debian"],
            "architectures": sorted(line["architectures"]),
            "user": line["user"],
            "working_directory": line["work_dir"],
            "entrypoint": line["entrypoint"] or [],
            "command": line["cmd"] or [],
            "environment": line["env"],
            "shell": line["shell"],
            "users": user_texts(line["users"]),
            "versions": line["versions"] or None,
            "certificates": line["ca_certificates_bundle_from"],
            "support_end_month": line.get("support_end_month"),
            "packages": package_text((package["name"], package["version"]) for package in line["packages"]),
        },
    )


def hardened_records(source: Path) -> list[Record]:
    """Return one record for each definition of Docker Hardened Images, in the catalog's order."""
    lines = sorted(read_lines(source / "dhi.jsonl"), key=lambda line: line["definition"])
    return [_hardened_record(line) for line in lines]


def _hardened_record(line: Record) -> Record:
    name, _, definition = line["definition"].partition("/")
    return keyed(
        name,
        {
            "definition": definition,
            "dev": line["variant"] == "dev" or None,
            "flavor": line.get("flavor"),
            "os": f"{line['os']['id']} {line['os']['version']}",
            "tags": line["tags"],
            "architectures": _unusual(platform.removeprefix("linux/") for platform in line["platforms"]),
            "user": line["user"],
            "uid": line["uid"],
            "users": user_texts(line["users"]),
            "entrypoint": line.get("entrypoint"),
            "command": line.get("cmd"),
            "working_directory": line.get("work_dir"),
            "ports": line.get("ports"),
            "stop_signal": line.get("stop_signal"),
            "environment": _telling(line.get("env") or {}) or None,
            "shells": line["has_shell_package"] or None,
            "package_managers": line["has_package_manager"] or None,
            "end_of_life": line.get("end_of_life"),
            "packages": package_text((package, "") for package in line["packages"]),
        },
    )


def _unusual(architectures: Iterable[str]) -> list[str] | None:
    """Leave out the pair that nearly every image of these vendors is built for; it is the reader's default."""
    return None if (names := sorted(architectures)) == ["amd64", "arm64"] else names


def _telling(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what no contract rests on: search paths of the system and the package manager's own settings."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if name != "DEBIAN_FRONTEND" and not (name == "PATH" and value.startswith("/usr/local/sbin:"))
    }


def chainguard_records(source: Path, names: Mapping[str, str], left_out: frozenset[str]) -> list[Record]:
    """Return one record for each lock of a free Chainguard image.

    `names` gives the published name of a lock whose template names another; `left_out` are locks whose published tag
    is not certain, because two locks of one name carry the same tag.
    """
    records = []
    for line in read_lines(source / "chainguard.jsonl"):
        lock = line["lock_id"]
        if lock not in left_out:
            records.append(_chainguard_record(names.get(lock, line["name"]), line))
    return records


def _chainguard_record(name: str, line: Record) -> Record:
    return keyed(
        name,
        {
            "lock": line["lock_id"],
            "dev": line["dev"] or None,
            "tags": line["tags"],
            "architectures": _unusual(set(line["archs"]) - {"index"}),
            "user": line["user"],
            "users": user_texts(line["users"]),
            "entrypoint": shlex.split(line.get("entrypoint") or ""),
            "command": shlex.split(line.get("cmd") or ""),
            "working_directory": line.get("work_dir"),
            "environment": line.get("env") or None,
            "package_manager": line["package_manager_installed"],
            "shells": line["shell_packages"] or None,
            "libc": line.get("libc"),
            "stands_in_for": line.get("aliases") or None,
            "packages": package_text((package["name"], package["version"]) for package in line["packages"]),
        },
    )
