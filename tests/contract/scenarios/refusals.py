"""What is refused, and how it is answered."""

from pydantic import SecretStr

from bot.panel import errors
from bot.panel.models import PowerState
from tests.contract.scenarios.run import Run, Skipped, refused

NOBODY = "00000000-0000-4000-8000-000000000000"


async def an_unknown_server_is_not_found(run: Run) -> None:
    await refused(run, run.client.servers.view(NOBODY), errors.NotFound)
    await refused(run, run.client.databases.list(NOBODY), errors.NotFound)


async def a_wrong_key_is_refused(run: Run) -> None:
    stranger = run.client.with_key(SecretStr("ptlc_" + "0" * 43))
    await refused(run, stranger.servers.page(), errors.KeyRefused)


async def an_unknown_backup_is_not_found(run: Run) -> None:
    await refused(run, run.client.backups.view(run.uuid, NOBODY), errors.NotFound)


async def a_missing_file_is_distinguished_from_a_missing_server(run: Run) -> None:
    gone = (errors.FileMissing, errors.FileUnavailable)
    await refused(run, run.client.files.read(run.uuid, f"/{run.name}-nowhere.txt"), *gone)
    await refused(run, run.client.files.list(run.uuid, f"/{run.name}-nowhere"), *gone)


async def invalid_input_is_refused_by_field(run: Run) -> None:
    error = await refused(run, run.client.files.rename(run.uuid, []), errors.InvalidRequest)
    assert [problem.field for problem in error.fields] == ["files"]
    if (run.server.feature_limits.databases or 1) > 0:
        error = await refused(run, run.client.databases.create(run.uuid, "no good!"), errors.InvalidRequest)
        assert [problem.field for problem in error.fields] == ["database"]


async def a_command_to_a_server_that_is_off_is_refused(run: Run) -> None:
    if (await run.client.servers.resources(run.uuid)).state is not PowerState.OFFLINE:
        raise Skipped("the server runs, and this suite does not stop it")
    await refused(run, run.client.servers.command(run.uuid, "help"), errors.ServerOffline)
