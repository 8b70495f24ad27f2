"""Looking, without changing anything."""

from bot.panel import errors
from bot.panel.models import PowerState
from tests.contract.scenarios.run import Run, Skipped


async def servers_are_listed(run: Run) -> None:
    everything = await run.client.servers.list_all()
    run.say(f"  {len(everything)} servers")
    ours = next((server for server in everything if server.uuid == run.uuid), None)
    if ours is None:
        raise Skipped("the account reaches the server only as an administrator")
    assert ours.name == run.server.name
    first = await run.client.servers.page(1, per_page=1)
    assert len(first.items) == 1
    assert first.total == len(everything)


async def a_server_is_viewed(run: Run) -> None:
    server = await run.client.servers.view(run.uuid, fresh=True)
    assert server.identifier
    assert server.permissions is not None
    assert server.primary_allocation is not None
    run.say(f"  {server.name} on {server.node}, owner: {server.is_owner}, status: {server.status}")


async def usage_is_measured(run: Run) -> None:
    usage = await run.client.servers.resources(run.uuid)
    assert usage.state is not PowerState.UNKNOWN
    assert usage.disk_bytes >= 0
    if usage.state is PowerState.OFFLINE:
        assert usage.uptime_ms == 0
    run.say(f"  {usage.state.value}, {usage.memory_bytes} bytes of memory, up {usage.uptime_ms} ms")


async def activity_is_newest_first(run: Run) -> None:
    try:
        page = await run.client.activity.page(run.uuid, per_page=10)
    except errors.PermissionMissing:
        raise Skipped("the account may not read the activity log") from None
    times = [row.at for row in page.items]
    assert times == sorted(times, reverse=True)
    run.say(f"  {page.total} rows, the newest: {page.items[0].event if page.items else 'none'}")


async def the_account_is_known(run: Run) -> None:
    account = await run.client.account.view()
    assert account.username
    run.say(f"  {account.username}")


async def startup_is_listed(run: Run) -> None:
    try:
        startup = await run.client.startup.list(run.uuid)
    except errors.PermissionMissing:
        raise Skipped("the account may not read the startup variables") from None
    assert startup.raw_startup_command
    run.say(f"  {len(startup.variables)} variables")


async def people_with_access_are_listed(run: Run) -> None:
    try:
        people = await run.client.subusers.list(run.uuid)
    except errors.PermissionMissing:
        raise Skipped("the account may not see who has access") from None
    known = (await run.client.account.permissions()).names
    assert all("websocket.connect" in person.permissions for person in people)
    run.say(f"  {len(people)} people, {len(known)} permissions to choose from")
