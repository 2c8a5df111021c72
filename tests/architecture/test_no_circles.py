"""Data flows forward: no module of the package reaches itself through its imports."""

from graphlib import CycleError, TopologicalSorter

import grimp


def test_no_module_reaches_itself_through_its_imports():
    graph = grimp.build_graph("basewright", include_external_packages=False, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        raise AssertionError(f"a circle of imports: {' -> '.join(error.args[1])}") from error
