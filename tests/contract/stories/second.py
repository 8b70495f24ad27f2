"""What the panel of the second installation answered: subusers, addresses, settings, activity, account."""

from functools import partial

from tests.contract import steps
from tests.contract.second_rig import build_second
from tests.contract.steps import limits, panel, request

story = partial(steps.story, folder="panel", rig=build_second)

MAIN = "a0c7c759"
ALLOCATIONS = f"{MAIN}/network/allocations"

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
