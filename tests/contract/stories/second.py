"""What the panel of the second installation answered: subusers, addresses, settings, activity, account."""

from functools import partial

from tests.contract import steps
from tests.contract.happenings import logged
from tests.contract.second_rig import build_second
from tests.contract.stage import RecordedWorld
from tests.contract.steps import limits, panel, request

story = partial(steps.story, folder="panel", rig=build_second)

MAIN = "a0c7c759"
ALLOCATIONS = f"{MAIN}/network/allocations"


def _removed(*emails: str) -> steps.Change:
    """Take the access of these people away."""

    async def change(stage: RecordedWorld) -> None:
        people = [user for user in stage.sandbox.world.users.values() if user.email in emails]
        for user in people:
            await stage.request("DELETE", f"/api/client/servers/{MAIN}/users/{user.uuid}", "recowner")

    return change


STORIES = (
    story(
        "addresses",
        "allocations-list-one",
        "400-allocations-create-auto-off",
        "allocations-notes",
        "allocations-notes-empty",
        "allocations-notes-null",
        "allocations-notes-256",
        "422-allocations-notes-257",
        "422-allocations-notes-number",
        "allocations-notes-markup",
        "404-allocations-notes-of-other-server",
        "404-allocations-notes-unknown",
        "400-allocations-delete-primary",
        "404-allocations-delete-of-other-server",
        limits("other", allocations=0),
        "400-allocations-delete-limit-zero",
        "400-allocations-create-limit-zero",
        "allocations-primary-already",
        "404-allocations-primary-of-other-server",
        panel(allocations_enabled=True),
        request("recowner", "POST", ALLOCATIONS),
        "allocations-create-auto-on",
        "400-allocations-create-limit",
        "allocations-list-three",
        "allocations-primary",
        "allocations-list-after-primary",
        request("recowner", "POST", f"{ALLOCATIONS}/5/primary"),
        "allocations-delete",
        "404-allocations-delete-again",
        "allocations-list-after-delete",
        "405-allocations-view",
    ),
    story(
        "subusers",
        "users-list-four",
        "users-view",
        "404-users-view-not-a-subuser",
        "404-users-view-id",
        "users-create-new-email",
        "users-create-existing-account",
        "400-users-create-twice",
        "400-users-create-twice-other-case",
        "400-users-create-owner",
        "422-users-create-bad-email",
        "422-users-create-no-permissions",
        "422-users-create-permissions-empty",
        "500-users-create-permissions-text",
        "422-users-create-permissions-number",
        "422-users-create-long-email",
        "users-create-admin-account",
        "users-create-unknown-permission",
        "users-create-only-unknown-permission",
        "users-update",
        "users-update-same",
        "users-update-duplicates",
        "422-users-update-empty",
        "422-users-update-nothing",
        "405-users-update-put",
        "users-update-unknown-permission",
        "users-update-email-ignored",
        # Somebody with `user.*` and `file.read` comes in between.
        "403-users-create-permissions-not-owned",
        "users-create-as-limited-subuser",
        "403-users-update-permissions-not-owned",
        "users-update-one-with-more-permissions",
        "users-view-after-demotion",
        "users-update-all-permissions",
        "users-list-order",
        "users-delete-one-with-more-permissions",
        "404-users-delete-again",
        "404-users-view-deleted",
        "users-create-again-after-delete",
        "users-delete-x",
        _removed("only.unknown@rig.test", "admin@rig.test", "bylim@rig.test"),
        "users-list-as-admin",
        "404-users-list-as-stranger",
        "users-list-as-subuser",
        "403-users-view-oneself",
        "404-users-view-owner",
        "400-users-create-owner-as-subuser",
        "400-users-create-oneself",
        "404-users-update-owner",
        "403-users-delete-oneself",
        "404-users-delete-owner",
        "403-users-create-as-subuser",
        "403-users-update-as-subuser",
        "403-users-delete-as-subuser",
        "users-delete-existing",
    ),
    story(
        "a permission that is sent twice",
        "users-update-duplicates-then",
        "users-view-permissions-object",
        "users-list-permissions-object",
    ),
    story(
        "the activity of a busy server",
        logged("main", "panel/activity-per-page-101", reader="recowner", others="recfull"),
        "activity-first-page",
        "activity-page-2",
        "activity-per-page-3",
        "activity-per-page-3-page-2",
        "activity-per-page-101",
        "500-activity-per-page-negative",
        "activity-per-page-text",
        "activity-page-beyond",
        "activity-page-zero",
        "activity-filter-event",
        "activity-filter-event-part",
        "activity-filter-event-underscore",
        "activity-filter-event-two",
        "activity-filter-event-none",
        "activity-filter-event-empty",
        "400-activity-filter-unknown",
        "400-activity-filter-star",
        "activity-no-sort",
        "400-activity-sort-id",
        "activity-include-actor",
        "activity-server-long",
        "activity-empty-server",
        "activity-as-subuser",
        "activity-include-actor-as-subuser",
        "403-activity-as-subuser",
        "404-activity-as-stranger",
    ),
    story(
        "addresses, by subusers",
        panel(allocations_enabled=True),
        request("recowner", "POST", ALLOCATIONS),
        "allocations-list-as-subuser",
        "allocations-create-as-subuser",
        "allocations-list-three-as-subuser",
        "allocations-primary-as-subuser",
        "allocations-delete-as-subuser",
        "403-allocations-list-as-subuser",
        "403-allocations-notes-as-subuser",
        "403-allocations-primary-as-subuser",
        "403-allocations-delete-as-subuser",
    ),
)
