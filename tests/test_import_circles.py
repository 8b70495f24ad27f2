"""No module of the project imports another in a circle, not even for types alone."""

from graphlib import TopologicalSorter

import grimp


def test_modules_import_each_other_in_no_circle() -> None:
    graph = grimp.build_graph("bot", "cogs", "sandbox", "demo", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    order = [*TopologicalSorter(imports).static_order()]  # raises CycleError, which names the circle
    assert order.index("bot.core.errors") < order.index("bot.ui.kit.client") < order.index("bot.client")
