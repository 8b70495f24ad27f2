"""Forms: what their fields show, and how a person sends them off."""

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


async def fill(who: MemberActor, form: InteractionResult, **typed: object) -> InteractionResult:
    """Send a form off; the names are the first words of its labels, the others stay as they are."""
    assert form.modal is not None, form
    values: dict[str, object] = {}
    for row in form.modal["components"]:
        component, word = row["component"], row["label"].split()[0].lower()
        chosen = [option["value"] for option in component.get("options", ()) if option.get("default")]
        values[component["custom_id"]] = typed.get(word, chosen or component.get("value", ""))
    return await who.submit_modal(form, values)
