"""Commands about a path that isn't there: what is there under a similar name, as buttons."""

from functools import partial

from bot.panel.errors import FileMissing
from bot.ui.files.file_view import ShowPath
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.suggestions import Suggestion, suggest


async def on_path(context: ServerContext, path: str, work: ShowPath, *, only_files: bool = False) -> None:
    """Do something with a path; where nothing is there, offer to do it with a similar one.

    `only_files`: folders are not offered.
    """
    try:
        await work(context, path)
    except FileMissing as error:
        permit = await context.permit()
        paths = await context.services.files.similar(permit, path, only_files=only_files)
        if path in paths:  # something else is missing
            raise
        again = partial(on_path, work=work, only_files=only_files)
        await suggest(context, error, [Suggestion(name, name) for name in paths], again, page=HubPage.FILES)
