"""No format of a whole report holds the secrets of the project that it is about."""

import datetime as dt
import re

import pytest

from basewright.model.assessment import Assessment
from basewright.pipeline import AssessRequest, Services, assess
from basewright.ports.clock import FixedClock
from basewright.ports.files import DirectoryFiles
from basewright.report import RenderOptions, render

FILES = {
    "Dockerfile": (
        "FROM node:22 AS build\n"
        "ARG NPM_TOKEN=zq1secret\n"
        "FROM node:22\n"
        "ENV DB_PASSWORD=zq2secret\n"
        "ENV API_KEY zq3secret LEGACY\n"
        "RUN npm config set //registry.example.org/:_authToken=zq4secret && curl -u admin:zq5secret "
        "https://zq6secret@example.org/x\n"
        "RUN mysql -uroot -pzq7secret -e 'select 1' && apt-get install -y g++\n"
        "WORKDIR /app\n"
        'HEALTHCHECK CMD curl -fsS -H "Authorization: Bearer zq8secret" http://127.0.0.1:4000/h || exit 1\n'
        'ENTRYPOINT ["/app/start.sh"]\n'
        "CMD node server.js --password zq9secret --db postgres://u:zq10secret@db/x\n"
        "COPY start.sh /app/start.sh\n"
    ),
    "start.sh": "#!/bin/sh\nexport APP_SECRET=zq11secret\nexec node x.js --token=zq12secret\n",
    "compose.yaml": (
        "services:\n"
        "  web:\n"
        "    build: .\n"
        "    environment:\n"
        "      SESSION_SECRET: zq13secret\n"
        "      DATABASE_URL: postgres://u:zq14secret@db/x\n"
        '    command: ["node", "s.js", "--api-key", "zq15secret with spaces", "AKIAZQ16SECRETXXXXXX"]\n'
        "  db:\n"
        "    image: postgres:16\n"
        "    environment: [POSTGRES_PASSWORD=zq17secret]\n"
        "    command: postgres -c x=1 --password zq18secret\n"
        "    healthcheck:\n"
        '      test: ["CMD-SHELL", "PGPASSWORD=zq19secret pg_isready -U x"]\n'
        "  cache:\n"
        "    image: redis:7.2\n"
        '    entrypoint: sh -c "redis-server --requirepass zq20secret"\n'
        "  dev:\n"
        "    image: python:3.12\n"
        "    command: uvicorn app:app --token zq21secret --reload\n"
    ),
    "README.md": "Look inside: `docker exec -e TOKEN=zq22secret web bash`\n",
}


_SECRET = re.compile(rb"zq\d+secret[^\n]{0,40}", re.IGNORECASE)


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    services = Services(FixedClock(dt.datetime(2026, 11, 21, tzinfo=dt.UTC)), DirectoryFiles, lambda _: None)
    return assess(AssessRequest(targets=(str(folder),)), services)


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("style", ["table", "json", "markdown", "html", "sarif"])
def test_no_format_shows_a_secret_of_the_project(assessment: Assessment, style: str, verbose: bool) -> None:
    report = render(assessment, style, options=RenderOptions(width=200, verbose=verbose))

    assert not _SECRET.findall(report)
    assert b"web" in report


def test_the_sketch_holds_the_lines_with_their_values_hidden(assessment: Assessment) -> None:
    web = next(one for one in assessment.workloads if one.workload.name == "web")
    change = "\n".join(step.change for step in web.recommendation.actions)

    assert "ENV DB_PASSWORD=***" in change
    assert "ENV API_KEY ***" in change
    assert "_authToken=***" in change
