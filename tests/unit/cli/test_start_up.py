"""Start-up is lean: what `--version` and `--help` import."""

import subprocess
import sys

import pytest

_LIST_MODULES = """
import sys
from basewright.__main__ import main
sys.argv = ["basewright", *{arguments!r}]
try:
    main()
except SystemExit as end:
    code = end.code or 0
else:
    code = 0
print("\\n@modules", " ".join(sorted(sys.modules)))
sys.exit(code)
"""


def modules_after(*arguments: str) -> set[str]:
    script = _LIST_MODULES.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.rpartition("@modules ")[2].split())


def roots(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_version_imports_no_library_at_all() -> None:
    modules = modules_after("--version")

    assert roots(modules) & {"typer", "click", "rich", "jinja2", "yaml", "msgspec", "argparse"} == set()
    assert {name for name in modules if name.startswith("basewright.")} == {"basewright.__main__"}


def test_help_imports_nothing_that_could_reach_the_network() -> None:
    assert roots(modules_after("--help")) & {"socket", "ssl", "http", "asyncio"} == set()


@pytest.mark.parametrize("arguments", [("--help",), ("assess", "--help"), ("config", "show", "--help")])
def test_help_imports_neither_catalog_nor_stages_nor_heavy_libraries(arguments: tuple[str, ...]) -> None:
    modules = modules_after(*arguments)

    assert roots(modules) & {"jinja2", "rich", "yaml", "msgspec", "tree_sitter", "ssl"} == set()
    stages = ("catalog", "sources", "needs", "recommend", "report", "pipeline", "syntax")
    assert {name for name in modules for stage in stages if name.startswith(f"basewright.{stage}")} == set()


def test_version_prints_name_and_number() -> None:
    from basewright import __version__

    done = subprocess.run(
        [sys.executable, "-m", "basewright", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == f"basewright {__version__}\n"
    assert done.stderr == ""
