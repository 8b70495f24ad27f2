"""A real panel in front of a stand-in for the node, whose answers depended on the paths of the requests."""

from functools import partial

from tests.contract import steps
from tests.contract.happenings import denied
from tests.contract.on_disk import archived, removed, write
from tests.contract.steps import advance, limits, node, node_up, power

story = partial(steps.story, folder="panel")

STORIES = (
    story(
        "a node that answers",
        power("alpha", "start"),
        write("alpha", "empty/gone"),
        removed("alpha", "empty/gone"),
        write("alpha", "big", bytes(4 * 1024 * 1024 + 1)),
        denied("alpha", "w403"),
        "standin-resources",
        "standin-files-list-empty",
        node(wings_version="1.11.8"),
        "standin-files-contents-404",
        node(wings_version="1.11.11"),
        "standin-files-contents-too-large",
        "standin-files-contents-500",
        "standin-files-write-204",
        "standin-files-write-403-denylist",
        node(hung=True),
        "standin-files-write-timeout",
        node_up,
        "standin-files-delete-204",
        write("alpha", "a"),
        "standin-files-rename-204",
        write("alpha", "a"),
        "standin-files-compress",
        archived("alpha", "a.tar.gz", {"inside.txt": b"x"}),
        "standin-files-decompress",
        "standin-files-create-folder",
        "standin-files-copy",
        "standin-files-chmod",
        "standin-power",
        "standin-command",
    ),
    story(
        "backups behind a stand-in",
        "standin-backups-create",
        "standin-backups-create-ignored-locked",
        "standin-429-backups-throttle",
        "standin-backups-list",
        "standin-backups-download-in-progress",
        "standin-400-backups-restore-in-progress",
        advance(60),
        "standin-backups-view-done",
        "standin-backups-lock",
        "standin-400-backups-delete-locked",
        "standin-backups-unlock",
        "standin-backups-restore-204",
        "standin-409-restoring-backup-files-list",
        "standin-server-view-while-restoring",
        advance(600),
        limits("alpha", backups=2),
        "standin-400-backups-limit",
        limits("alpha", backups=0),
        "standin-400-backups-limit-zero",
        "standin-backups-delete",
    ),
)
