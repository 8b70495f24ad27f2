"""Import what the processes of tests need, once: `tests/support/forks.py` forks them from here."""

import gc
from importlib import import_module

for _module in (
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "bot.__main__",
    "bot.app",
    "bot.doctor",
    "bot.domain.archive_listing",
    "bot.domain.config_references",
    "bot.domain.directory_listing",
    "bot.domain.edit_draft",
    "bot.ui.alerts.chart",
    "bot.ui.backups.chart",
    "bot.ui.servers.chart",
    "demo.main",
    "sandbox.standalone",
    "tests.support.forks",
):
    import_module(_module)
gc.collect()
gc.freeze()
