"""Scenarios for any panel: they make their own things, and remove them again."""

from tests.contract.scenarios import backups, databases, files, live, reading, refusals, settings
from tests.contract.scenarios.run import Scenario

# What is refused comes before what is made: newer panels allow few creations a minute.
SCENARIOS: tuple[Scenario, ...] = (
    reading.the_account_is_known,
    reading.servers_are_listed,
    reading.a_server_is_viewed,
    reading.usage_is_measured,
    reading.activity_is_newest_first,
    reading.startup_is_listed,
    reading.people_with_access_are_listed,
    refusals.an_unknown_server_is_not_found,
    refusals.a_wrong_key_is_refused,
    refusals.an_unknown_backup_is_not_found,
    refusals.a_missing_file_is_distinguished_from_a_missing_server,
    refusals.invalid_input_is_refused_by_field,
    refusals.a_command_to_a_server_that_is_off_is_refused,
    live.the_websocket_tells_state_and_usage,
    live.a_token_is_good_for_more_than_one_connection,
    settings.a_note_is_written_on_an_address,
    settings.a_description_is_changed,
    files.a_folder_is_made_and_listed,
    files.files_are_written_and_read,
    files.an_empty_file_is_written_or_refused_by_name,
    files.files_are_renamed_moved_and_copied,
    files.files_are_packed_and_unpacked,
    files.a_mode_is_changed,
    files.files_are_deleted,
    files.files_are_streamed_through_the_node,
    databases.a_database_is_made_rotated_and_dropped,
    databases.a_schedule_is_made_changed_and_deleted,
    backups.a_backup_is_made_locked_fetched_and_deleted,
)
