"""Forms sent off by a hand-made client: simcord itself lets only the opener submit one, as Discord does."""

from typing import Any

from simcord import ChannelHandle, InteractionResult, MemberActor
from simcord._modal import _dispatch_actor_interaction, _modal_submit_nodes
from simcord.enums import InteractionType


async def forge(
    who: MemberActor, channel: ChannelHandle, form: InteractionResult, typed: dict[str, Any]
) -> InteractionResult:
    """Send somebody else's form off."""
    assert form.modal is not None, form
    components = _modal_submit_nodes(form.modal["components"], who, typed, {}, channel.id, [])
    data = {"custom_id": form.modal["custom_id"], "components": components}
    return await _dispatch_actor_interaction(who, InteractionType.MODAL_SUBMIT, channel, data)
