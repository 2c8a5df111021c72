"""How command lines are looked through, and how needs are joined."""

import pytest
from needing import PYTHON, needs_of, package_json, process, script, service, workload

from basewright.model.need import Confidence, Evidence, Need, NeedKind, Phase
from basewright.model.span import Location
from basewright.needs import DETECTORS, evaluate
from basewright.needs.evidence import shortened
from basewright.needs.interface import merge
from basewright.needs.invocation import Source, script_argument, shell_text_of, unwrap
from basewright.needs.tracing import package_script, package_script_name
from basewright.needs.view import WorkloadView, is_posix_shell


@pytest.mark.parametrize(
    ("line", "innermost"),
    [
        ("tini -g -- node a.js", "node a.js"),
        ("/sbin/tini -p SIGTERM -- /x", "/x"),
        ("gosu app python a.py", "python a.py"),
        ("env -u X A=1 B=2 java -jar a.jar", "java -jar a.jar"),
        ("timeout -s KILL 5 curl x", "curl x"),
        ("timeout -- 5 curl x", "curl x"),
        ("wait-for-it.sh db:5432 -t 30 -- gunicorn a", "gunicorn a"),
        ("poetry run uvicorn a", "uvicorn a"),
        ("bundle exec puma", "puma"),
        ("dumb-init tini -- nice -n 5 x", "x"),
        ("npx serve -s dist", "serve -s dist"),
        ("poetry install", "poetry install"),
        ("wait-for-it.sh db:5432", "wait-for-it.sh db:5432"),
        ("tini", "tini"),
    ],
)
def test_wrappers_are_looked_through(line: str, innermost: str) -> None:
    assert list(unwrap(tuple(line.split())))[-1] == tuple(innermost.split())


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("sh", "-c", "a b"), "a b"),
        (("/bin/bash", "-euxc", "a"), "a"),
        (("busybox", "sh", "-c", "a"), "a"),
        (("su", "app", "-c", "a b"), "a b"),
        (("sh", "x.sh"), None),
        (("node", "-c", "a"), None),
        (("sh", "-c"), None),
        ((), None),
    ],
)
def test_the_text_of_a_shell_is_found(words: tuple[str, ...], text: str | None) -> None:
    assert shell_text_of(words) == text


@pytest.mark.parametrize(
    ("words", "path"),
    [(("sh", "-e", "x.sh"), "x.sh"), ((".", "./env"), "./env"), (("python", "x.py"), None), ((), None)],
)
def test_the_script_of_a_shell_is_found(words: tuple[str, ...], path: str | None) -> None:
    assert script_argument(words) == path


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("npm start", "start"),
        ("npm run build -- --x", "build"),
        ("npm --prefix app run", None),
        ("yarn dev", "dev"),
        ("pnpm run-script x", "x"),
        ("npm install", None),
        ("yarn install", None),
        ("yarn", None),
        ("node start", None),
    ],
)
def test_the_name_of_a_package_script_is_found(line: str, name: str | None) -> None:
    assert package_script_name(tuple(line.split())) == name


def test_the_uppermost_manifest_with_the_script_is_taken() -> None:
    found = package_script(("npm", "start"), (package_json({"start": "node a.js"}),))
    assert found is not None
    assert found.text == "node a.js"
    assert package_script(("npm", "run", "other"), (package_json({"start": "node a.js"}),)) is None


def test_package_scripts_that_call_one_another_end() -> None:
    manifests = (package_json({"a": "npm run b", "b": "npm run a && node x.js"}),)
    needs = needs_of('FROM node:24\nENTRYPOINT []\nCMD ["npm", "run", "a"]\n', manifests=manifests)
    assert any(one.kind is NeedKind.INTERPRETER for one in needs)


def test_scripts_that_call_one_another_end() -> None:
    scripts = (script("/a.sh", "#!/bin/sh\n/b.sh\n"), script("/b.sh", "#!/bin/sh\n/a.sh\nexec python x\n"))
    needs = needs_of('FROM python:3.12\nCOPY . /\nENTRYPOINT ["/a.sh"]\n', PYTHON, scripts=scripts)
    assert {one.where.file for n in needs for one in n.evidence if n.kind is NeedKind.SHELL} == {"a.sh", "b.sh"}


def test_an_own_entrypoint_drops_the_bases_command() -> None:
    view = WorkloadView.of(workload('FROM python:3.12\nENTRYPOINT ["/x"]\n'), PYTHON)
    assert [one.source for one in view.processes] == [Source.ENTRYPOINT]


def test_an_entrypoint_in_shell_form_ignores_the_command() -> None:
    view = WorkloadView.of(workload('FROM python:3.12\nENTRYPOINT exec /x\nCMD ["python"]\n'), PYTHON)
    assert [one.source for one in view.processes] == [Source.ENTRYPOINT]


def test_a_cleared_command_does_not_come_back() -> None:
    view = WorkloadView.of(
        service("python:3.12", runtime={"entrypoint": process("/x"), "clears_command": True}), PYTHON
    )
    assert [str(one.process) for one in view.processes] == ["/x"]


def test_lines_of_a_run_are_those_of_the_file() -> None:
    text = "FROM x:1\nRUN a && \\\n  # why\n  b && \\\n\n  c\n"
    view = WorkloadView.of(workload(text), None)
    assert [(one.program, one.where.line) for one in view.build_invocations] == [("a", 2), ("b", 4), ("c", 6)]


def test_lines_of_a_command_in_shell_form_are_those_of_the_file() -> None:
    view = WorkloadView.of(workload("FROM x:1\nCMD first && \\\n  second\n"), None)
    assert [(one.program, one.where.line) for one in view.invocations] == [("first", 2), ("second", 3)]


@pytest.mark.parametrize(
    ("shell", "answer"),
    [(("/bin/sh", "-c"), True), (("bash", "-o", "pipefail", "-c"), True), (("cmd", "/S", "/C"), False), ((), False)],
)
def test_a_shell_is_posix_or_not(shell: tuple[str, ...], answer: bool) -> None:
    assert is_posix_shell(shell) is answer


def _need(line: int, confidence: Confidence = Confidence.CERTAIN, **facts: object) -> Need:
    evidence = (Evidence(Location("Dockerfile", line), f"line {line}"),)
    return Need(NeedKind.SHELL, "sh", evidence, confidence, **facts)  # type: ignore[arg-type]  # facts differ by test


def test_the_same_need_is_joined_with_all_its_evidence() -> None:
    (joined,) = merge([_need(3), _need(1, Confidence.LOW), _need(3)])
    assert [one.where.line for one in joined.evidence] == [1, 3]
    assert joined.confidence is Confidence.CERTAIN


def test_phases_are_kept_apart() -> None:
    assert len(merge([_need(1), _need(1, phase=Phase.BUILD)])) == 2


def test_a_need_is_avoidable_only_where_all_its_reasons_are() -> None:
    assert merge([_need(1, avoidable="a"), _need(2, avoidable="b")])[0].avoidable == "a; b"
    assert merge([_need(1, avoidable="a"), _need(2)])[0].avoidable == ""
    assert merge([_need(1, avoidable="a"), _need(2, Confidence.LOW)])[0].avoidable == "a"


def test_one_missing_musl_build_is_enough() -> None:
    assert merge([_need(1, musl=True), _need(2, musl=False)])[0].musl is False
    assert merge([_need(1, musl=True), _need(2)])[0].musl is True
    assert merge([_need(1), _need(2)])[0].musl is None


def test_the_surest_version_wins() -> None:
    found = merge([_need(1, Confidence.MEDIUM, version="3.13"), _need(2, version="3.12")])
    assert found[0].version == "3.12"


def test_needs_come_sorted_and_the_same_every_time() -> None:
    text = "FROM python:3.12\nRUN apt-get install -y libpq5 curl\nUSER app\nEXPOSE 80\nCMD python a.py | jq .\n"
    first, second = needs_of(text, PYTHON), needs_of(text, PYTHON)
    assert first == second
    assert list(first) == sorted(first, key=lambda one: (one.kind, one.value, one.phase))


def test_every_need_has_evidence_and_a_value() -> None:
    text = "FROM python:3.12\nRUN apt-get install -y libpq5 gcc\nCMD python a.py | jq .\n"
    for need in needs_of(text, PYTHON):
        assert need.evidence
        assert need.value
        assert all(one.what for one in need.evidence)


def test_every_detector_is_registered_once() -> None:
    assert len(set(DETECTORS)) == len(DETECTORS)


def test_an_image_alone_is_evaluated_without_a_catalog() -> None:
    assert evaluate(service("example.com/unknown:1"), None) == ()


def test_long_texts_are_cut_to_a_sentence() -> None:
    assert len(shortened("x " * 5000)) <= 120
    assert "\n" not in shortened("a\nb")
