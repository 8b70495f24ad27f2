"""The topics of the page."""

from collections.abc import Mapping, Sequence

from tests.told.backups import FAULTS as BACKUPS
from tests.told.databases import FAULTS as DATABASES
from tests.told.page import Fault
from tests.told.restores import FAULTS as RESTORES

TOPICS: Mapping[str, Sequence[Fault]] = {
    "Backups": BACKUPS,
    "Restoring a backup": RESTORES,
    "Databases": DATABASES,
}
