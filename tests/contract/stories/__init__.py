"""All stories."""

from tests.contract.steps import Story
from tests.contract.stories import backups, files, node, node_api, panel, power, schedules, second, standin

STORIES: tuple[Story, ...] = (
    *panel.STORIES,
    *standin.STORIES,
    *files.STORIES,
    *node.STORIES,
    *node_api.STORIES,
    *backups.STORIES,
    *power.STORIES,
    *second.STORIES,
    *schedules.STORIES,
)
