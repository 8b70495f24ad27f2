"""The topics of the page."""

from collections.abc import Mapping, Sequence

from tests.fault_messages.backups import FAULTS as BACKUPS
from tests.fault_messages.copies import FAULTS as COPIES
from tests.fault_messages.databases import FAULTS as DATABASES
from tests.fault_messages.page import Fault
from tests.fault_messages.restores import FAULTS as RESTORES

TOPICS: Mapping[str, Sequence[Fault]] = {
    "Backups": BACKUPS,
    "Restoring a backup": RESTORES,
    "Copying a backup elsewhere": COPIES,
    "Databases": DATABASES,
}
