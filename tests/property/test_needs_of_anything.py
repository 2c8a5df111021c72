"""Whatever a Dockerfile says, its needs are found without a failure, in bounded time, each at a line that exists."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from needing import NODE, PYTHON, declared, needs_of, package_json, requirements, script

from basewright.errors import InputError
from basewright.model.need import Phase
from basewright.model.workload import ScriptFile

PIECES = [
    "RUN apt-get install -y libpq5 gcc curl=1 && rm -rf /x",
    "RUN apk add --virtual .b gcc \\\n  # why\n  libxml2 && apk del .b",
    "RUN CGO_ENABLED=0 go build -o /app .",
    "RUN <<EOF\npip install x\nEOF",
    "COPY --from=0 /app /app",
    "COPY --from=nowhere . .",
    "COPY . /srv/",
    "USER app:app",
    "USER ${X:-app}",
    "EXPOSE 80",
    "VOLUME /data",
    "ENV TZ=Europe/Berlin LANG=de_DE.UTF-8",
    'SHELL ["/bin/bash", "-c"]',
    "CMD python a.py | tee x",
    'CMD ["npm", "start"]',
    'CMD ["sh", "-c", "exec gosu app node $A"]',
    "CMD if then fi ((",
    'ENTRYPOINT ["/e.sh"]',
    "ENTRYPOINT []",
    "HEALTHCHECK CMD curl -f http://localhost/ || exit 1",
    "HEALTHCHECK NONE",
    "WORKDIR ../../x",
    "FROM golang:1.27-alpine AS next",
    "FROM scratch",
    "ONBUILD RUN make",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map(lambda lines: "FROM python:3.12\n" + "\n".join(lines) + "\n")


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.text(max_size=60), st.sampled_from([None, NODE, PYTHON]))
def test_any_dockerfile_has_needs_at_lines_that_exist(text: str, noise: str, image: object) -> None:
    facts = {
        "scripts": (script("/e.sh", f"#!/bin/sh\n{noise}\nexec node $1\n"),),
        "manifests": (package_json({"start": noise}, "sharp", noise or "x"), requirements("numpy", f"a=={noise}")),
        "declarations": (declared(noise),),
    }
    try:
        needs = needs_of(text, image, **facts)  # type: ignore[arg-type]  # one of three known values
    except InputError:
        return
    count = text.count("\n") + 1
    for need in needs:
        assert need.value
        for one in need.evidence:
            assert one.what
            assert one.where.file != "Dockerfile" or 1 <= one.where.line <= count
    keys = [(need.kind, need.value, need.phase) for need in needs]
    assert keys == sorted(set(keys))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_script_is_looked_through(content: bytes) -> None:
    one = ScriptFile("e.sh", "/e.sh", b"#!/bin/bash\n" + content, "/bin/bash")
    needs = needs_of('FROM python:3.12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n', PYTHON, scripts=(one,))
    assert any(need.phase is Phase.RUN for need in needs)
    for need in needs:
        assert all(one.what.encode() for one in need.evidence)


def test_a_long_dockerfile_takes_little_time() -> None:
    started = time.monotonic()
    body = "".join(
        f"RUN apt-get install -y p{n} && ./configure && make && curl -O https://x/{n}\n" for n in range(2000)
    )
    copies = "".join(f"COPY a{n} /b{n}\n" for n in range(2000))
    command = " && ".join(f"/b{n} --port 80" for n in range(1500))
    needs_of(f"FROM debian:12\n{body}{copies}CMD {command}\n")
    assert time.monotonic() - started < 30


def test_a_long_instruction_takes_little_time() -> None:
    started = time.monotonic()
    lines = " \\\n".join(f"  x{n} -y && " for n in range(20_000))
    needs = needs_of(f'FROM debian:12\nRUN {lines} true\nCMD ["/a"]\n')
    assert isinstance(needs, tuple)
    assert time.monotonic() - started < 30


def test_shells_within_shells_end() -> None:
    text = "true"
    for _ in range(40):
        text = "sh -c '" + text.replace("'", "'\\''")[:4000] + "'"
    needs = needs_of(f"FROM debian:12\nCMD {text}\n")
    assert any(need.value == "sh" for need in needs)
