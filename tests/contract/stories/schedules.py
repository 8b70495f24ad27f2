"""What the panel of the second installation answered about schedules, their tasks and startup variables."""

from collections.abc import Mapping
from functools import partial

from tests.contract import steps
from tests.contract.recorded_world import RecordedWorld
from tests.contract.second_rig import build_second
from tests.contract.steps import advance, limits, power, request

story = partial(steps.story, folder="panel", rig=build_second)
on_node = partial(steps.story, folder="wings", rig=build_second)

MAIN, OTHER = "a0c7c759", "c2a0eee7"
NIGHTLY: Mapping[str, object] = {
    "is_active": True,
    "minute": "0",
    "hour": "4",
    **dict.fromkeys(("day_of_month", "month", "day_of_week"), "*"),
}


def made(recorded_id: int, name: str, *, server: str = MAIN, **fields: object) -> steps.Change:
    """Create a schedule whose creation was not kept; recordings know it by this id."""

    async def change(recorded: RecordedWorld) -> None:
        path = f"/api/client/servers/{server}/schedules"
        answer = await recorded.request("POST", path, "recowner", json={"name": name, **NIGHTLY, **fields})
        recorded.ids["server_schedule", str(recorded_id)] = str(answer["attributes"]["id"])

    return change


def task(
    schedule: int, recorded_id: int, action: str, payload: str, delay: int = 0, *, goes_on: bool = False
) -> steps.Change:
    """Add a task whose creation was not kept."""

    async def change(recorded: RecordedWorld) -> None:
        path = f"/api/client/servers/{MAIN}/schedules/{schedule}/tasks"
        body: dict[str, object] = {"action": action, "payload": payload, "time_offset": delay}
        body["continue_on_failure"] = goes_on
        answer = await recorded.request("POST", path, "recowner", json=body)
        recorded.ids["schedule_task", str(recorded_id)] = str(answer["attributes"]["id"])

    return change


def numbered(*, schedules_from: int, tasks_from: int) -> steps.Change:
    """Let schedules and tasks have the numbers that are named in answers; earlier ones were deleted."""

    def change(recorded: RecordedWorld) -> None:
        recorded.sandbox.world.begin_ids("schedule", schedules_from)
        recorded.sandbox.world.begin_ids("task", tasks_from)

    return change


def primary(port: int) -> steps.Change:
    """Let players connect to this port of the first server."""

    def change(recorded: RecordedWorld) -> None:
        recorded.servers["main"].primary.port = port

    return change


def only_schedules(recorded: RecordedWorld) -> None:
    """Take everything from a subuser but what is about schedules."""
    subusers = recorded.servers["main"].subusers
    held = next(subuser for subuser in subusers if subuser.user.username == "recact")
    held.permissions = ["websocket.connect", "schedule.create", "schedule.read", "schedule.update"]


STORIES = (
    story(
        "schedules of the second installation",
        numbered(schedules_from=4, tasks_from=4),
        "schedules-list-none",
        "schedules-create-full",
        made(5, "sleeping", is_active=False, minute="*/5", hour="*"),
        "schedules-create-no-is-active",
        "422-schedules-create-cron-integer",
        "500-schedules-create-cron-null",
        "500-schedules-create-no-month",
        "400-schedules-create-bad-cron-minute",
        "400-schedules-create-bad-cron-six-fields",
        "400-schedules-create-macro",
        "400-schedules-create-never",
        "schedules-create-names-of-days",
        made(8, "sunday 7", day_of_week="7"),
        "schedules-create-question-mark",
        "schedules-create-odd-name",
        "422-schedules-create-empty",
        "422-schedules-create-empty-name",
        "422-schedules-create-is-active-text",
        "422-schedules-create-long-name",
        "schedules-list-as-subuser",
        "403-schedules-list-as-subuser",
        "403-schedules-create-as-subuser",
        "404-schedules-create-as-stranger",
        "schedules-create-as-subuser",
        "schedules-view-as-subuser",
        "403-schedules-view-as-subuser",
        "404-schedules-view-of-other-server",
        "404-schedules-view-text-id",
        "404-schedules-execute-of-other-server",
        "404-schedules-delete-of-other-server",
        "404-schedules-delete-unknown",
        "schedules-update",
        "schedules-update-without-is-active",
        "422-schedules-update-only-name",
        "400-schedules-update-bad-cron",
        "schedules-update-as-subuser",
        "403-schedules-update-as-subuser",
        "405-schedules-update-put",
        "405-schedules-update-patch",
        "403-schedules-execute-as-subuser",
        "400-schedules-execute-no-tasks",
        "403-schedules-delete-as-subuser",
        "schedules-task-create-command",
        "schedules-task-create-power",
        "schedules-task-create-backup",
        "schedules-task-create-backup-no-payload",
        "422-schedules-task-create-empty",
        "schedules-task-create-sequence-1",
        "schedules-task-create-sequence-99",
        "schedules-view-after-tasks",
        "schedules-task-create-power-nonsense",
        "422-schedules-task-create-no-payload",
        "422-schedules-task-create-empty-payload",
        "422-schedules-task-create-payload-number",
        "422-schedules-task-create-offset-negative",
        "schedules-task-create-offset-fraction",
        "422-schedules-task-create-sequence-0",
        "422-schedules-task-create-continue-text",
        "403-schedules-task-create-as-subuser",
        "404-schedules-task-create-of-other-server",
        task(4, 12, "command", "by subuser"),
        task(4, 13, "command", "fill 0"),
        "400-schedules-task-create-over-limit",
        "405-schedules-tasks-list",
        "405-schedules-task-view",
        "schedules-task-update",
        "422-schedules-task-update-only-payload",
        "403-schedules-task-update-as-subuser",
        "404-schedules-task-update-unknown",
        "schedules-task-update-action-and-sequence",
        "403-schedules-task-delete-as-subuser",
        "schedules-task-delete",
        "schedules-view-after-task-delete",
        "schedules-delete-one",
        "404-schedules-delete-again",
        "404-schedules-view-deleted",
        made(12, "no backups", server=OTHER),
        limits("other", backups=0),
        "403-schedules-task-create-backup-limit-zero",
    ),
    story(
        "startup variables of the second installation",
        "startup-full",
        "startup-as-admin",
        "startup-as-subuser",
        "403-startup-as-subuser",
        "404-startup-as-stranger",
        "startup-update-valid",
        "startup-update-same-value",
        "422-startup-update-too-long",
        "422-startup-update-integer-text",
        "500-startup-update-integer-as-number",
        request("recowner", "PUT", f"{MAIN}/startup/variable", {"key": "MAX_PLAYERS", "value": "16"}),
        "422-startup-update-not-in",
        "startup-update-boolean-string",
        "500-startup-update-boolean-true",
        "500-startup-update-boolean-false",
        "startup-update-nullable-empty",
        "startup-update-nullable-null",
        "422-startup-update-regex",
        "400-startup-update-read-only",
        "400-startup-update-hidden",
        "400-startup-update-hidden-editable",
        "422-startup-update-no-key",
        "422-startup-update-no-body",
        "403-startup-update-as-subuser",
        "403-startup-update-unknown-as-subuser",
        "startup-update-spaces",
        "startup-update-shell-characters",
        "startup-update-as-subuser",
        "startup-after",
        primary(25578),
        "startup-after-primary",
        primary(25564),
        "startup-after-docker-image",
    ),
    on_node(
        "schedules that run",
        numbered(schedules_from=13, tasks_from=14),
        power("main", "start"),
        "schedules-create-every-minute",
        task(13, 14, "command", "from the clock"),
        "schedules-view-every-minute-before",
        made(14, "one command"),
        task(14, 15, "command", "say one"),
        "403-schedules-execute-one-as-subuser",
        "schedules-execute-one-command",
        "schedules-view-after-one-command",
        "schedules-execute-as-subuser",
        made(15, "two tasks"),
        task(15, 16, "command", "first of two"),
        task(15, 17, "command", "second of two", 10),
        "schedules-execute-two-tasks",
        "schedules-view-processing",
        "schedules-execute-while-processing",
        made(16, "inactive", is_active=False),
        task(16, 18, "command", "say inactive"),
        "schedules-execute-inactive",
        made(17, "nonsense"),
        task(17, 19, "power", "explode"),
        task(17, 20, "command", "after explode"),
        "422-schedules-execute-power-nonsense",
        "schedules-view-after-power-nonsense",
        only_schedules,
        "403-command-as-subuser-with-schedules-only",
        "schedules-create-as-subuser-with-schedules-only",
        "schedules-task-create-as-subuser-with-schedules-only",
        "schedules-execute-as-subuser-with-schedules-only",
        made(19, "backups"),
        task(19, 22, "backup", "*.log\nlogs"),
        "schedules-execute-backup",
        advance(15),
        request("recowner", "POST", f"{MAIN}/schedules/19/execute"),
        advance(15),
        "429-schedules-execute-backup-throttle",
        "schedules-view-after-backup-throttle",
        "schedules-view-every-minute-after",
        advance(600),
        "schedules-execute-backup-over-limit",
        power("main", "stop"),
        "502-schedules-execute-command-offline",
        "schedules-view-after-offline",
        made(20, "continue"),
        task(20, 23, "command", "fails", goes_on=True),
        task(20, 24, "power", "start", 3),
        "schedules-execute-offline-continue-on-failure",
        "schedules-view-after-continue-on-failure",
        power("main", "stop"),
        made(21, "only online", only_when_online=True),
        task(21, 25, "command", "only when online"),
        "schedules-execute-only-when-online-offline",
        "schedules-view-after-only-when-online",
        made(22, "start"),
        task(22, 26, "power", "start"),
        "schedules-execute-power-start",
    ),
)
