"""Addresses and descriptions: changed, and put back."""

from bot.panel import errors
from tests.contract.scenarios.run import Run, Skipped


async def a_note_is_written_on_an_address(run: Run) -> None:
    network = run.client.network
    try:
        addresses = await network.list(run.uuid)
        (primary,) = [address for address in addresses if address.is_default]
        noted = await network.set_note(run.uuid, primary.id, run.name)
    except errors.PermissionMissing:
        raise Skipped("the account may not see or change addresses") from None
    run.finally_(lambda: network.set_note(run.uuid, primary.id, primary.notes or ""))
    assert noted.notes == run.name
    assert (noted.id, noted.is_default) == (primary.id, True)
    run.say(f"  {len(addresses)} addresses")


async def a_description_is_changed(run: Run) -> None:
    before = await run.client.servers.view(run.uuid, fresh=True)
    try:
        await _describe(run, before.name, "First line\nsecond line")
    except errors.PermissionMissing:
        raise Skipped("the account may not describe the server") from None
    run.finally_(lambda: _describe(run, before.name, before.description))
    after = await run.client.servers.view(run.uuid, fresh=True)
    assert (after.name, after.description) == (before.name, "First line\nsecond line")


async def _describe(run: Run, name: str, description: str) -> None:
    await run.client.servers.describe(run.uuid, name, description)
    if (await run.client.servers.view(run.uuid, fresh=True)).description != description:  # Pelican
        await run.client.servers.describe_alone(run.uuid, description)
