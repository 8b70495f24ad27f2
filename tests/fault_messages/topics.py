"""The topics of the page."""

from collections.abc import Mapping, Sequence

from tests.fault_messages.backups import FAULTS as BACKUPS
from tests.fault_messages.checks import CHECK_FAULTS, FILE_FAULTS
from tests.fault_messages.copies import FAULTS as COPIES
from tests.fault_messages.databases import FAULTS as DATABASES
from tests.fault_messages.jobs import FAULTS as JOBS
from tests.fault_messages.network import ACTIVITY_FAULTS, SETTINGS_FAULTS
from tests.fault_messages.network import FAULTS as NETWORK
from tests.fault_messages.page import Fault
from tests.fault_messages.panel_users import FAULTS as PANEL_USERS
from tests.fault_messages.players import FAULTS as PLAYERS
from tests.fault_messages.restores import FAULTS as RESTORES
from tests.fault_messages.schedules import FAULTS as SCHEDULES
from tests.fault_messages.startup import FAULTS as STARTUP

TOPICS: Mapping[str, Sequence[Fault]] = {
    "Backups": BACKUPS,
    "Restoring a backup": RESTORES,
    "Copying a backup elsewhere": COPIES,
    "Checking a backup": CHECK_FAULTS,
    "Databases": DATABASES,
    "Schedules": SCHEDULES,
    "Startup": STARTUP,
    "Panel users": PANEL_USERS,
    "Addresses": NETWORK,
    "Activity": ACTIVITY_FAULTS,
    "Description, image and reinstallation": SETTINGS_FAULTS,
    "Restarts, bulk actions and idle stops": JOBS,
    "Players": PLAYERS,
    "Converting and following files": FILE_FAULTS,
}
