"""The proposed commands fit how the service is run and what its new base has."""

from dataclasses import replace

from assessments import assessment as make
from assessments import frontend, pricing

from basewright.model.assessment import AssessedWorkload
from basewright.model.span import Location
from basewright.model.workload import HealthCheck, Origin, Process
from basewright.report.content import tests_to_run
from basewright.report.document import CodeBlock, TableBlock


def commands(*services: AssessedWorkload) -> str:
    return "\n".join(one.text for one in tests_to_run.testing(make(*services)).blocks if isinstance(one, CodeBlock))


def checked(assessed: AssessedWorkload, *, has: bool) -> AssessedWorkload:
    where = Location("compose.yaml", 9)
    check = HealthCheck(Process(("curl",), False, where), where) if has else None
    runtime = replace(assessed.workload.runtime, health_check=check)
    return replace(assessed, workload=replace(assessed.workload, runtime=runtime))


def test_a_health_check_is_waited_for_only_where_there_is_one() -> None:
    told = commands(checked(frontend(), has=True), checked(pricing(), has=False))
    assert "up -d --wait frontend   # waits for their health checks" in told
    assert "--wait pricing" not in told
    assert "up -d pricing   # no health check" in told


def test_a_switched_off_health_check_is_none() -> None:
    off = HealthCheck(None, Location("compose.yaml", 9))
    runtime = replace(frontend().workload.runtime, health_check=off)
    assert "--wait" not in commands(replace(frontend(), workload=replace(frontend().workload, runtime=runtime)))


def test_a_compose_file_of_another_name_is_named() -> None:
    workload = replace(pricing().workload, where=Location("deploy/stack.yaml", 3))
    assert "docker compose -f deploy/stack.yaml build" in commands(replace(pricing(), workload=workload))
    assert "docker compose build --pull pricing" in commands(pricing())


def test_a_lone_dockerfile_is_built_and_run_by_itself() -> None:
    workload = replace(pricing().workload, origin=Origin.DOCKERFILE, service=None)
    told = commands(replace(pricing(), workload=workload))
    assert "docker build --pull -t assessed:new -f pricing/Dockerfile pricing" in told
    assert "compose" not in told
    assert "health check" not in told


def test_a_kubernetes_workload_gets_its_cluster_s_commands() -> None:
    workload = replace(
        pricing().workload, origin=Origin.KUBERNETES, service=None, build=None, where=Location("k8s/app.yaml", 3)
    )
    told = commands(replace(pricing(), workload=workload), replace(pricing(), workload=replace(workload, name="web")))
    assert told.count("kubectl apply -f k8s/app.yaml") == 1
    assert "# pricing, web: on a cluster for tests" in told
    assert "docker" not in told


def test_a_name_cannot_become_a_command() -> None:
    workload = replace(pricing().workload, name="x\nrm -rf /", origin=Origin.DOCKERFILE, service=None)
    assert "\nrm" not in commands(replace(pricing(), workload=workload))


def test_a_base_without_a_shell_is_not_tested_in_its_shell() -> None:
    assessed = frontend()
    distroless = replace(assessed.recommendation.candidates[1], rank=1)
    moved = replace(assessed, recommendation=replace(assessed.recommendation, candidates=(distroless,)))
    tables = [one for one in tests_to_run.testing(make(moved)).blocks if isinstance(one, TableBlock)]
    rows = ["".join(str(cell) for cell in row) for row in tables[0].rows]
    assert any("No shell is there any more" in row for row in rows)
    assert not any("starts in it" in row for row in rows)
