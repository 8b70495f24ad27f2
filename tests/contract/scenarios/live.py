"""The websocket."""

from bot.panel import errors, events
from bot.panel.models import PowerState
from tests.contract.scenarios.run import Run, Skipped


async def the_websocket_tells_state_and_usage(run: Run) -> None:
    try:
        async with run.client.sockets.open(run.uuid) as socket:
            await socket.ask_stats()
            heard: list[str] = []
            async for event in socket:
                heard.append(type(event).__name__)
                if isinstance(event, events.Status):
                    assert event.state is not PowerState.UNKNOWN
                if isinstance(event, events.Stats):
                    run.say(
                        f"  {event.state.value}, {event.disk_bytes} bytes on disk; heard {', '.join(heard)}"
                    )
                    break
    except errors.PermissionMissing:
        raise Skipped("the account may not open the websocket") from None
    assert heard[:2] == ["AuthSuccess", "Status"]


async def a_token_is_good_for_more_than_one_connection(run: Run) -> None:
    first = await run.client.sockets.token(run.uuid)
    assert await run.client.sockets.token(run.uuid) == first
    async with run.client.sockets.open(run.uuid) as socket:
        assert isinstance(await anext(aiter(socket)), events.AuthSuccess)
