"""Forms with one field: what it shows, and how a person sends it off."""

from typing import Any

from simcord import InteractionResult, MemberActor


def field(form: InteractionResult) -> dict[str, Any]:
    """Return the only field of an open form."""
    assert form.modal is not None, form
    (row,) = form.modal["components"]
    component: dict[str, Any] = row["component"]
    return component


async def submit(who: MemberActor, form: InteractionResult, value: object) -> InteractionResult:
    """Send a form off with this in its only field."""
    return await who.submit_modal(form, {field(form)["custom_id"]: value})
