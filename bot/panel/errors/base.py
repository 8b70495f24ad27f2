"""The base of the panel's errors: no response, a response that is no panel's, or a refused key."""

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, plural

_WAIT_FOR_MAINTENANCE = N_("Wait until its maintenance is over, then try again.")
_RENEW_CERTIFICATE = N_(
    "Whoever runs the panel should renew the certificate, or the address in the settings is wrong."
)


class PanelError(QuetzalError):
    """Base of everything the panel client raises."""

    title = N_("The panel couldn't do that")
    happened = N_("The panel couldn't do that.")


# --- no answer -----------------------------------------------------------------------------------


class PanelUnreachable(PanelError):
    """No answer came from the panel itself, and nothing was changed."""

    may_pass = True
    title = N_("Couldn't reach the panel")
    happened = N_("Quetzal can't reach the panel.")
    next_step = N_("Try again in a minute. If it stays like this, tell whoever runs the panel.")


class PanelTimedOut(PanelUnreachable):
    """The answer did not arrive in time."""

    happened = N_("The panel took too long to answer.")


class PanelNotReached(PanelUnreachable):
    """No connection could be made, so nothing was requested."""

    happened = N_("Quetzal can't connect to the panel.")


class ClientClosed(PanelUnreachable):
    """Quetzal is stopping, so it sends no more requests."""

    happened = N_("Quetzal is restarting.")
    next_step = N_("Try again in a minute.")


class CertificateRefused(PanelUnreachable):
    """The panel's certificate is not valid."""

    happened = N_("The panel's certificate isn't valid, so Quetzal didn't connect.")
    next_step = _RENEW_CERTIFICATE


class GatewayUnanswered(PanelUnreachable):
    """A proxy in front of the panel forwarded the request and got no response: 502, 504, Cloudflare's 52x.

    The panel may not respond, or only the node behind it: the page doesn't say. So it counts against the
    panel only for requests that involve no node. `status` is the proxy's.
    """

    happened = N_("The proxy in front of the panel got no answer.")

    def __init__(self, status: int, *, involves_node: bool, detail: str | None = None) -> None:
        whom = N_("the panel or the node") if involves_node else N_("the panel")
        happened = N_(
            "The proxy in front of the panel got no answer from {whom} (HTTP {status}).",
            whom=whom,
            status=status,
        )
        super().__init__(happened, detail=detail)
        self.status = status


class PanelMaintenance(PanelUnreachable):
    """The panel says that it is in maintenance mode (503)."""

    happened = N_("The panel is in maintenance mode.")
    next_step = _WAIT_FOR_MAINTENANCE


class PanelDown(PanelUnreachable):
    """The breaker is open: the panel failed several times in a row, so no request was sent.

    `since` is the monotonic time of the first failure, `for_s` how many seconds ago that was. `reason` is how
    it failed last, for people.
    """

    next_step = N_("Quetzal keeps trying. Try again in a minute.")

    def __init__(self, *, since: float, for_s: float, reason: PanelError | None = None) -> None:
        known = (
            N_("{happened} This has been going on", happened=reason.to_store("happened"))
            if reason
            else N_("Quetzal hasn't been able to reach the panel")
        )
        super().__init__(
            N_("{known} for {in_words}.", known=known, in_words=in_words(for_s)),
            detail=reason.detail if reason else None,
        )
        self.since = since
        self.for_s = for_s
        self.reason = reason


class StillInMaintenance(PanelDown, PanelMaintenance):
    """The breaker is open, and the panel's last response was that it is in maintenance mode."""

    next_step = _WAIT_FOR_MAINTENANCE


class CertificateStillRefused(PanelDown, CertificateRefused):
    """The breaker is open, because the panel's certificate was not valid."""

    next_step = _RENEW_CERTIFICATE


class OutcomeUnknown(PanelError):
    """A change was sent and no response came: it may or may not have been made.

    The caller reads the state again and reports it. `cause` is why the response is missing.
    """

    title = N_("Not confirmed")
    happened = N_("The change was sent, but no answer came back.")
    state = N_("The change may have been made, or may still be made in a moment.")
    next_step = N_("Check the current state before you try again.")

    def __init__(self, *, cause: PanelError | None = None, detail: str | None = None) -> None:
        super().__init__(detail=detail or (cause.detail if cause else None))
        self.cause = cause


class BrokenAnswer(PanelError):
    """The response is not a panel's: HTML, a redirect, cut or malformed JSON, a wrong type."""

    may_pass = True
    title = N_("Unexpected answer from the panel")
    happened = N_("The panel's answer is damaged, or something else answered in its place.")
    next_step = N_(
        "Check the panel's address in the settings: a wrong address, a login page or a proxy in front of "
        "the panel usually causes this."
    )


class RedirectedAway(BrokenAnswer):
    """The panel's address redirects. A panel never does, so the request never reached one.

    `origin` is the target; None means another page of the same address.
    """

    def __init__(self, status: int, origin: str | None, *, detail: str | None = None) -> None:
        to = origin or N_("another of its pages, most likely to log in")
        super().__init__(
            N_(
                "The panel's address redirects to {to} (HTTP {status}), so nothing was sent.",
                to=to,
                status=status,
            ),
            next_step=(
                N_(
                    "If {origin} is the panel, put it into the settings as its address; if it is a login "
                    "page, whoever runs the panel should let the bot's address through.",
                    origin=origin,
                )
                if origin
                else N_(
                    "Whoever runs the panel should let everything below `/api/client` pass without a login."
                )
            ),
            detail=detail,
        )
        self.status = status


class UnreadableOutcome(OutcomeUnknown, BrokenAnswer):
    """The response to a change could not be read."""

    may_pass = False
    happened = N_("The change was sent, but the answer can't be read.")


class AnswerTooLarge(BrokenAnswer):
    """The body is larger than the client accepts."""

    happened = N_("The panel's answer is too large for Quetzal to read.")
    next_step = N_("If it was a file, download it instead.")


# --- something in front of the panel refused -----------------------------------------------------


class FirewallRefused(PanelError):
    """A firewall or proxy refused the request before the panel saw it.

    `status` is its own. It is recognised by its page: the panel itself refuses in JSON.
    """

    title = N_("Blocked by a firewall")
    happened = N_("A firewall or proxy in front of the panel refused the request.")
    next_step = N_(
        "Whoever runs the panel should allow the bot's address there, for everything below `/api/client`."
    )

    def __init__(self, status: int, *, detail: str | None = None) -> None:
        super().__init__(
            N_(
                "A firewall or proxy in front of the panel refused the request (HTTP {status}).",
                status=status,
            ),
            next_step=_FIREWALL_STEPS.get(status),
            detail=detail,
        )
        self.status = status


_OWN_LOGIN = N_("It wants a login of its own: whoever runs the panel should let the bot's address through.")
_FIREWALL_STEPS = {
    401: _OWN_LOGIN,
    404: N_("Check the panel's address in the settings; if it is right, allow the bot's address there."),
    407: _OWN_LOGIN,
    413: N_("Make it smaller, or have the size raised that is let through."),
}


# --- who we are ----------------------------------------------------------------------------------


class KeyRefused(PanelError):
    """401: the key is unknown, deleted or expired."""

    title = N_("The panel rejects the API key")
    happened = N_("The panel rejects the API key.")
    next_step = N_("Create a new key in the panel (Account, API Credentials) and put it into the settings.")


class WrongKeyType(KeyRefused):
    """An application key was used where an account key belongs."""

    happened = N_("The API key is an application key; Quetzal needs an account key.")


class KeyIpBlocked(KeyRefused):
    """The key only works from other addresses."""

    happened = N_("The API key isn't allowed from this machine's address.")
    next_step = N_(
        "Add this machine's address to the key's allowed addresses in the panel, or remove that list."
    )


class TwoFactorRequired(KeyRefused):
    """The panel demands a second factor on the account that owns the key."""

    happened = N_("The panel requires two-factor authentication on the account that owns the API key.")
    next_step = N_("Turn on two-factor authentication for that account in the panel.")


class PermissionMissing(PanelError):
    """The key's account may not do this on this server."""

    title = N_("🔒 Not allowed on the panel")
    is_fault = False
    happened = N_("The panel account that Quetzal uses has no permission for that.")
    next_step = N_("Give that account the permission under the server's Users in the panel.")


class AddressForbidden(PanelError):
    """The panel handed out an address that Quetzal must not connect to."""

    title = N_("Address not allowed")
    happened = N_("The panel gave an address that Quetzal isn't allowed to connect to.")
    next_step = N_("If that machine is one of yours, add its host name to the panel's NODE_HOSTS setting.")


def in_words(seconds: float) -> str:
    """Describe a waiting time in words."""
    whole = max(1, round(seconds))
    if whole < 90:  # below a minute and a half, seconds read better
        return plural("{count} second", "{count} seconds", whole)
    return plural("{count} minute", "{count} minutes", round(whole / 60))
