"""Minecraft, by mcstatus, which the first query imports: it takes 0.1 s and brings a DNS library."""

from bot.domain.players import GameProtocol, PlayerCount, checked_online, clean_text, plausible_maximum
from bot.games.sockets import UdpConnection
from bot.games.target import QueryTarget


async def query_bedrock(target: QueryTarget) -> PlayerCount:
    """Query a Bedrock server (RakNet's unconnected ping)."""
    from mcstatus._protocol.bedrock_client import BedrockClient

    async with UdpConnection(target) as connection:
        connection.send(BedrockClient.request_status_data)
        status = BedrockClient.parse_response(await connection.receive(), 0)
    return PlayerCount(
        online=checked_online(status.players.online),
        maximum=plausible_maximum(status.players.max),
        version=clean_text(status.version.name),
        map=clean_text(status.map_name),
        name=clean_text(status.motd.to_plain()),
        protocol=GameProtocol.BEDROCK,
    )
