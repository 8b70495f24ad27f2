"""Startup variables of a server (docs/reference/servers.md#startup-variables)."""

from bot.panel.account_session import AccountSession
from bot.panel.models.servers import EggVariable, Startup, StartupList
from bot.panel.request import Request, item, server_ids

_variable = item(EggVariable)


def _startup(body: bytes) -> Startup:
    answer = StartupList.model_validate_json(body)
    return Startup(
        variables=answer.data,
        startup_command=answer.meta.startup_command,
        raw_startup_command=answer.meta.raw_startup_command,
        docker_images=dict(answer.meta.docker_images),
    )


class StartupVariables:
    """What a server is started with."""

    def __init__(self, channel: AccountSession) -> None:
        self._channel = channel

    async def list(self, uuid: str, *, cached: bool = False) -> Startup:
        """List the variables that the account may see, and the command they make."""
        request = Request("GET", "/servers/{server}/startup", server_ids(uuid), parse=_startup)
        return await self._channel.fetch(request, uuid, cached=cached)

    async def set_variable(self, uuid: str, name: str, value: str) -> EggVariable:
        """Set one variable, from the next start on. InvalidRequest by the egg's rules, VariableLocked.

        A name that the egg does not know is a PanelFault: check the list first.
        """
        request = Request(
            "PUT",
            "/servers/{server}/startup/variable",
            server_ids(uuid),
            json={"key": name, "value": value},
            parse=_variable,
        )
        return await self._channel.change(request, uuid)

    async def set_image(self, uuid: str, image: str) -> None:
        """Set the Docker image, from the next start on. InvalidRequest for one that is not the egg's.

        `image` is the image, not its label. ImageLocked when an administrator set the present one by hand.
        """
        request = Request[None](
            "PUT", "/servers/{server}/settings/docker-image", server_ids(uuid), json={"docker_image": image}
        )
        await self._channel.change(request, uuid)
