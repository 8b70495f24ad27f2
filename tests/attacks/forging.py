"""What a hand-made client sends: simcord itself sends only what Discord's own client would."""

from collections.abc import Mapping, Sequence
from typing import Any

from simcord import ChannelHandle, InteractionResult, MemberActor, ResponseMessage, UserHandle
from simcord._modal import _modal_submit_nodes
from simcord.actors import _dispatch_actor_interaction, _resolve_visible_command
from simcord.backend.serializers import message_payload
from simcord.enums import AppCommandType, ComponentType, InteractionType
from simcord.interactions import build_options, nest_options, walk_to_subcommand


async def forge(
    who: MemberActor,
    channel: ChannelHandle,
    form: InteractionResult,
    typed: dict[str, Any],
    *,
    instead: Mapping[str, Any] | None = None,
) -> InteractionResult:
    """Submit another person's form, or one's own; `instead` are values that the form does not allow."""
    assert form.modal is not None, form
    components = _modal_submit_nodes(form.modal["components"], who, typed, {}, channel.id, [])
    for row in components:
        field = row["component"]
        if field["custom_id"] in (instead or {}):
            field["values" if "values" in field else "value"] = (instead or {})[field["custom_id"]]
    data = {"custom_id": form.modal["custom_id"], "components": components}
    return await _dispatch_actor_interaction(who, InteractionType.MODAL_SUBMIT, channel, data)


async def forge_press(
    who: MemberActor | UserHandle,
    channel: ChannelHandle,
    message: ResponseMessage,
    custom_id: str,
    values: Sequence[str] | None = None,
) -> InteractionResult:
    """Press something with this id, as if it stood on the message; with values it is a menu."""
    kind = ComponentType.BUTTON if values is None else ComponentType.STRING_SELECT
    button: dict[str, Any] = {"type": int(kind), "custom_id": custom_id}
    button |= {"style": 1, "label": "x"} if values is None else {"options": []}
    backend = who._env.backend
    payload: dict[str, Any] = dict(
        message_payload(backend, backend.get_message(message.channel_id, message.id))
    )
    rows = [row for row in payload["components"] if custom_id not in _ids(row)]
    containers = [row for row in payload["components"] if custom_id in _ids(row)]
    payload |= {"components": [*rows, *(containers or [{"type": 1, "components": [button]}])]}
    payload |= {"channel_id": str(channel.id)}
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": int(kind)}
    data |= {} if values is None else {"values": [*values]}
    return await _dispatch_actor_interaction(
        who,
        InteractionType.MESSAGE_COMPONENT,
        channel,
        data,
        extra={"message": payload},
        source_message_id=message.id,
    )


async def forge_command(
    who: MemberActor, channel: ChannelHandle, name: str, options: Mapping[str, object]
) -> InteractionResult:
    """Run a command with these values, whatever its options take; people, channels and files are real."""
    root_name, *path = name.split()
    root = _resolve_visible_command(who, channel.id, root_name, AppCommandType.CHAT_INPUT)
    declared, nesting = walk_to_subcommand(root, path)
    plain = {name: value for name, value in options.items() if isinstance(value, str | int | float)}
    real = {name: value for name, value in options.items() if name not in plain}
    only = {
        **declared,
        "options": [option for option in declared.get("options", ()) if option["name"] in real],
    }
    leaf, resolved = build_options(who, name, only, real, channel_id=channel.id)
    types = {option["name"]: option["type"] for option in declared.get("options", ())}
    leaf += [{"name": option, "type": types[option], "value": value} for option, value in plain.items()]
    data = {"id": root["id"], "name": root["name"], "type": 1, "options": nest_options(root, nesting, leaf)}
    data |= {"resolved": resolved} | ({"guild_id": root["guild_id"]} if root.get("guild_id") else {})
    return await _dispatch_actor_interaction(who, InteractionType.APPLICATION_COMMAND, channel, data)


def _ids(row: Mapping[str, Any]) -> list[str]:
    accessories = [row["accessory"]] if "accessory" in row else []
    return [
        row.get("custom_id", ""),
        *(name for item in (*row.get("components", ()), *accessories) for name in _ids(item)),
    ]
