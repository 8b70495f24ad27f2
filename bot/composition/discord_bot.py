"""Builds the Discord client, and starts the work that needs it."""

from bot.client import QuetzalBot
from bot.container import Services
from bot.page_endpoint import serve_page
from bot.services.alerts import PublicPage
from bot.services.backup_copies import CopyUpkeep
from bot.ui.access.audit_channel import post_acts
from bot.ui.access.review_notices import keep_notified
from bot.ui.alerts.board import keep_boards
from bot.ui.alerts.discord_receiver import DiscordReceiver
from bot.ui.backups.copy_reports import keep_copies_reported
from bot.ui.jobs.messages import keep_job_messages
from bot.ui.kit.members import DiscordMembers
from bot.ui.players.presence import keep_presence
from bot.ui.players.whitelist_messages import keep_whitelist_messages
from bot.ui.servers.console_flow import end_orphans


def build_bot(services: Services) -> QuetzalBot:
    """Make the Discord client; it connects when it is started."""
    bot = QuetzalBot(services)
    services.supervisor.start("audit channel", lambda pulse: post_acts(bot, pulse))
    services.supervisor.start("boards", lambda pulse: keep_boards(bot, pulse))
    services.supervisor.start("consoles of earlier runs", lambda pulse: end_orphans(bot, pulse))
    _start_public_page(services)
    if services.settings.presence:
        services.supervisor.start("presence", lambda pulse: keep_presence(bot, pulse))
    members = DiscordMembers(bot)
    services.standing_work.begin(members)
    services.job_runner.begin(members)
    services.supervisor.start("jobs", services.job_runner.run)
    services.supervisor.start("copies of backups", services.copy_runner.run)
    services.supervisor.start("upkeep of copies", CopyUpkeep(services.copy_runner).run)
    services.supervisor.start("results of copies", lambda pulse: keep_copies_reported(bot, pulse))
    services.supervisor.start("idle servers", services.idle.keep_watched)
    services.supervisor.start("messages of jobs", lambda pulse: keep_job_messages(bot, pulse))
    services.supervisor.start("whitelist requests", lambda pulse: keep_whitelist_messages(bot, pulse))
    services.supervisor.start("notices of standing work", lambda pulse: keep_notified(bot, pulse))
    receiver = DiscordReceiver(bot)
    services.supervisor.start("alert dispatcher", lambda pulse: services.dispatcher.run(receiver, pulse))
    return bot


def _start_public_page(services: Services) -> None:
    """Keep the public page written, and serve it, as far as the settings ask for it."""
    directory, port = services.settings.public_page_dir, services.settings.public_page_port
    if directory is None and port is None:
        return
    page = PublicPage(services.boards, services.public_boards, directory, services.clock)
    services.supervisor.start("public page", page.keep_made)
    if port is not None:
        services.supervisor.start("public page server", lambda pulse: serve_page(port, page, pulse))
