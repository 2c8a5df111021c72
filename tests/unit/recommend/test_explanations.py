"""What is told of candidates and refusals reads well, whatever the project: over the examples and small hard cases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from basewright.model.assessment import AssessedWorkload
from basewright.model.contract import Effect
from basewright.pipeline import AssessRequest, Services, assess

_ROOT = Path(__file__).parents[3]
_EXAMPLES = (_ROOT / "examples" / "shop", *sorted((_ROOT / "tests" / "golden").glob("*/project")))
_CASES = {
    "dotnet": "FROM mcr.microsoft.com/dotnet/sdk:10.0 AS b\nRUN dotnet publish -o /out\n"
    'FROM mcr.microsoft.com/dotnet/aspnet:10.0\nCOPY --from=b /out /app\nENTRYPOINT ["dotnet", "/app/x.dll"]\n',
    "go": "FROM golang:1.27 AS b\nRUN go build -o /srv ./...\nFROM debian:bookworm-slim\nRUN apt-get update && apt-get "
    "install -y ca-certificates tzdata\nCOPY --from=b /srv /srv\nCMD /srv\n",
    "gosu": "FROM debian:12\nRUN apt-get update && apt-get install -y gosu nginx locales && locale-gen de_DE.UTF-8\n"
    "ENV LANG=de_DE.UTF-8 TZ=Europe/Berlin\nVOLUME /data\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n"
    'ENTRYPOINT ["nginx"]\n',
    "java": "FROM eclipse-temurin:21-jre\nRUN apt-get update && apt-get install -y fontconfig\nCOPY a.jar /a.jar\n"
    'ENTRYPOINT ["java", "-jar", "/a.jar"]\n',
    "musl": "FROM node:24-alpine AS b\nRUN npm ci\nFROM node:24-slim\nCOPY --from=b /node_modules /node_modules\n"
    'CMD ["node", "x.js"]\n',
    "php": "FROM php:8.3-apache\nRUN docker-php-ext-install pdo_mysql\nCOPY . /var/www/html\n",
    "plain": "FROM alpine:3.23\nRUN apk add --no-cache curl && adduser -S app\nUSER app\nCMD curl x\n",
    "ruby": 'FROM ruby:3.4\nRUN bundle install\nCMD ["ruby", "a.rb"]\n',
    "rust": "FROM rust:1 AS b\nRUN cargo build --release\nFROM debian:trixie-slim\nCOPY --from=b /target/release/a /a\n"
    'ENTRYPOINT ["/a"]\n',
    "static": 'FROM gcr.io/distroless/static-debian12:nonroot\nCOPY a /a\nENTRYPOINT ["/a"]\n',
    "unknown": 'FROM registry.example/team/app:1\nCMD ["python3", "a.py"]\n',
    "venv": "FROM python:3.13-slim AS b\nRUN python -m venv /venv && /venv/bin/pip install numpy\n"
    "FROM python:3.13-slim\n"
    'COPY --from=b /venv /venv\nENV PATH=/venv/bin:$PATH\nCMD ["python", "a.py"]\n',
}
_DOUBLED = re.compile(r"\b(\w+(?: \w+){2,6})\b[ ,;]+\1\b")
_TELLS_WHAT_TO_DO = re.compile(
    r"\b(?:set|write|change|copy|look|run|start|install|read|take|make|move|compare|give|build|put|leave|remove|ask|"
    r"watch|not known|safe)\b"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[AssessedWorkload]:
    """Every workload of the examples and of the cases, with what is told of it."""
    folder = tmp_path_factory.mktemp("cases")
    for name, text in _CASES.items():
        (folder / name).mkdir()
        (folder / name / "Dockerfile").write_text(text)
    found: list[AssessedWorkload] = []
    for target in (folder, *_EXAMPLES):
        found += assess(AssessRequest(targets=(str(target),)), Services.of_this_machine()).workloads
    return found


def _sentences(told: list[AssessedWorkload]) -> Iterator[tuple[str, str]]:
    for one in told:
        for candidate in one.recommendation.candidates:
            where = f"{one.workload.name} → {candidate.base.reference}"
            yield where, candidate.rank_reason
            yield from ((where, text) for text in candidate.warnings)
            for difference in candidate.contract:
                yield f"{where}, {difference.aspect}", difference.explanation
                yield from (
                    (f"{where}, {difference.aspect}", text) for text in (difference.old, difference.new) if text
                )
        for refusal in one.recommendation.refusals:
            yield f"{one.workload.name} → {refusal.reference}", refusal.cause


def test_no_sentence_is_empty_doubled_or_left_open(told: list[AssessedWorkload]) -> None:
    odd = [
        (where, text)
        for where, text in _sentences(told)
        if not text.strip()
        or "None" in text
        or "  " in text
        or text.rstrip()[-1] in ",;:("
        or text.count("(") != text.count(")")
        or _DOUBLED.search(text)
    ]

    assert odd == []
    assert len(told) > len(_CASES)


def test_what_may_matter_names_a_line_or_says_what_to_do(told: list[AssessedWorkload]) -> None:
    silent = [
        (one.workload.name, str(candidate.base.reference), difference)
        for one in told
        for candidate in one.recommendation.candidates
        for difference in candidate.contract
        if difference.effect is not Effect.NONE
        and not difference.touches
        and not _TELLS_WHAT_TO_DO.search(difference.explanation)
    ]

    assert silent == []


def test_what_breaks_names_its_lines(told: list[AssessedWorkload]) -> None:
    breaks = [
        difference for one in told for candidate in one.recommendation.candidates for difference in candidate.breaks
    ]

    assert breaks
    assert [one for one in breaks if not one.touches] == []


def test_no_family_is_denied_that_stands_in_the_same_table(told: list[AssessedWorkload]) -> None:
    for one in told:
        kinds = {candidate.base.kind for candidate in one.recommendation.candidates}
        families = {candidate.base.family for candidate in one.recommendation.candidates}
        rows = {row.reference: row.cause for row in one.recommendation.refusals}
        if "alpine" in families and "alpine" in rows:
            assert "no image of this family" not in rows["alpine"] or all(
                candidate.base.hardened
                for candidate in one.recommendation.candidates
                if candidate.base.family == "alpine"
            )
        if "distroless" in kinds and "distroless" in rows:
            assert "of another vendor" in rows["distroless"] or "packages of" in rows["distroless"]
