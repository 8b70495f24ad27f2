"""Backups of a server with a real node: made, locked, restored, failed, interrupted, lost."""

from functools import partial

from sandbox.games import Game
from tests.contract import steps
from tests.contract.happenings import (
    corrupted,
    daemon_killed,
    lock,
    logged,
    restore,
    scheduled,
    signed,
    vanished,
)
from tests.contract.on_disk import laid_out, write
from tests.contract.steps import advance, node_down, power, request, server
from tests.contract.talk import Talk

story = partial(steps.story, folder="wings")
railway = partial(write, "railway")

FIRST, SMALL, ONLY = (
    "9405af76-29af-4fe7-bcfa-3e7a3378d699",
    "652e8fe7-eb41-4b0b-9357-a29bad22bcab",
    "399f596b-84aa-469e-8af0-5eff621f5bf8",
)
BACKUP_TASK = {"action": "backup", "payload": "*.log", "time_offset": 0}
NAMELESS = "352239b0-7209-4117-aecd-30c880fcee5c"


STORIES = (
    story(
        "backups from the first to the last",
        laid_out("railway", "wings/files-list-after-truncate-restore"),
        # A backup leaves out empty directories.
        *(
            railway(f"{directory}/kept.txt")
            for directory in ("a", "config", "fresh", "m", "maps", "save", "up")
        ),
        laid_out("arena", "wings/files-list-before-truncate-vanished"),
        power("railway", "start"),
        "backups-list-empty",
        Talk(
            "ws-backup-create",
            during={
                0.1: (
                    "backups-create",
                    "backups-view-in-progress",
                    "400-backups-restore-in-progress",
                    "backups-download-in-progress",
                    "backups-lock-in-progress",
                    "resources-during-backup",
                )
            },
        ),
        lock("railway", FIRST),
        Talk(
            "ws-backup-create-2",
            during={0.1: ("backups-view-completed", "backups-create-no-name", "429-backups-throttle")},
        ),
        "400-backups-limit-zero",
        "backups-list-limit-zero",
        "backups-create-limit-1",
        "400-backups-over-limit",
        "422-backups-create-long-name",
        "backups-lock",
        "400-backups-delete-locked",
        "backups-list-two",
        "backups-download-url",
        "claims-backup-download",
        "wings-download-backup",
        "wings-download-backup-again",
        "wings-download-backup-bad-token",
        Talk(
            "ws-backup-restore",
            during={
                0.1: (
                    "backups-restore",
                    "409-backups-restore-while-restoring",
                    "409-backups-restore-as-admin-while-restoring",
                    "409-power-while-restoring",
                    "409-resources-while-restoring",
                    "server-view-while-restoring",
                    "409-backups-list-while-restoring",
                    "409-backups-create-while-restoring",
                    "409-backups-delete-while-restoring",
                    "409-command-while-restoring",
                    "409-websocket-while-restoring",
                )
            },
        ),
        "resources-after-restore",
        "backups-unlock",
        "backups-delete",
        "404-backups-view-deleted",
        "404-backups-restore-deleted",
        "429-backups-throttle-counts-deleted",
        vanished("railway", NAMELESS),
        "backups-delete-of-vanished-archive",
        advance(600),
        server("railway", backup_seconds=0.1, restore_seconds=0.1),
        "backups-create-small",
        advance(1),
        Talk(
            "ws-backup-restore-truncate-offline",
            during={0.1: (restore("railway", SMALL, truncate=True),)},
        ),
        "files-list-after-truncate-restore",
        "backups-restore-no-truncate-field",
        "422-backups-restore-truncate-text",
        Talk(
            "ws-backup-restore-corrupt",
            during={0.1: (corrupted("railway", SMALL), restore("railway", SMALL, truncate=False))},
        ),
        vanished("railway", SMALL),
        "backups-restore-archive-vanished",
        signed("railway", backup=SMALL),
        "wings-download-backup-vanished",
        Talk(
            "ws-backup-fails",
            during={0.1: (server("railway", fail_next_backup=True), "backups-create-that-fails")},
        ),
        "backups-restore-failed",
        "backups-download-failed",
        "backups-list-with-failed",
        "backups-lock-failed",
        "backups-delete-failed",
        vanished("arena", ONLY),
        "files-list-before-truncate-vanished",
        "backups-restore-truncate-archive-vanished",
        "files-list-after-truncate-vanished",
    ),
    story(
        "the daemon is killed in the middle of a backup",
        request("wings", "POST", "ee5b5004/backups", {"name": "small"}),
        advance(700),
        "backups-create-interrupted",
        daemon_killed,
        "backups-view-interrupted",
        "backups-restore-interrupted",
        "backups-create-while-one-hangs",
        "backups-list-interrupted",
        "backups-delete-interrupted",
    ),
    story(
        "the log of what was done",
        logged("railway", "wings/activity"),
        logged("railway", "wings/activity-sort-newest", by_time=True),
        "activity",
        "activity-sort-newest",
    ),
    story(
        "a schedule is executed",
        request("wings", "POST", "ee5b5004/backups", {"name": "small"}),
        request("wings", "POST", "ee5b5004/backups", {"name": "next"}),
        advance(700),
        power("railway", "start"),
        scheduled("railway", "2"),
        "schedules-task-command",
        "schedules-task-power",
        request(
            "wings",
            "POST",
            "ee5b5004/schedules/2/tasks",
            BACKUP_TASK,
        ),
        Talk(
            "ws-schedule-executed",
            during={
                0.1: (
                    server("railway", backup_seconds=0.15, game=Game(stop_seconds=0.1)),
                    "schedules-execute",
                ),
                2.1: ("schedules-view-after",),
            },
        ),
        power("railway", "stop"),
        "schedules-execute-again",
        "backups-list-after-schedule",
        node_down,
        "down-schedules-view-after",
    ),
)
