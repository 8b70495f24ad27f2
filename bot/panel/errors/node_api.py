"""Errors of a node's own API, which Quetzal reads with the node's token. For the bot's operator."""

from bot.core.i18n import N_
from bot.panel.errors.node import NodeDown, NodeError

_POLLED = N_("Until this works, Quetzal gets the state of its servers from the panel.")


class NodeTimedOut(NodeDown):
    """A node's answer did not arrive in time."""

    happened = N_("The node took too long to answer.")
    state = _POLLED
    next_step = N_("Check the machine's load, and that no firewall drops what this machine sends to it.")


class NodeNotReached(NodeDown):
    """No connection to a node could be made."""

    happened = N_("Nothing answers at the node's address.")
    state = _POLLED
    next_step = N_("Check the address and port in the settings, that Wings is running, and the firewall.")


class NodeNameUnknown(NodeNotReached):
    """The host name in a node's address is not known."""

    happened = N_("The host name in the node's address doesn't exist.")
    next_step = N_("Check its spelling in the settings, and this machine's DNS.")


class NodeSpeaksNoTls(NodeNotReached):
    """A node's address begins with https, and what answers there doesn't use TLS."""

    happened = N_("What answers at the node's address doesn't use TLS, so the token wasn't sent.")
    next_step = N_("Set up TLS on the node; or use http:// if the network between is trusted.")


class NodeApiCertificateRefused(NodeNotReached):
    """A node's certificate is not valid for its address."""

    happened = N_("The node's certificate isn't valid, so the token wasn't sent.")
    next_step = N_(
        "Renew it, or use the name that it is for. A private CA: name its certificate in SSL_CERT_FILE."
    )


class NodeTokenRefused(NodeError):
    """A node doesn't accept the token."""

    happened = N_("The node doesn't accept the token.")
    state = _POLLED
    next_step = N_(
        "Copy `token` from the node's configuration (in the panel: Admin, Nodes, the node, Configuration) "
        "into the settings."
    )


class NodeTokenIsPanelKey(NodeTokenRefused):
    """A key of the panel was given as a node's token."""

    happened = N_("The node doesn't accept the token, because it is an API key of the panel.")


class NodeTokenHasId(NodeTokenRefused):
    """The token's id was put in front of it, as Wings itself does towards the panel."""

    happened = N_("The node doesn't accept the token, because its id stands in front of it.")
    next_step = N_("Remove everything up to the dot, and the dot: only `token` belongs into the settings.")


class NodeAnswerBroken(NodeError):
    """What answered at a node's address isn't Wings, or the answer is damaged."""

    happened = N_("Something other than Wings answered at the node's address, or its answer is damaged.")
    state = _POLLED
    next_step = N_(
        "Check that the address is Wings' own (usually port 8080), not the panel's or a web page's. A proxy "
        "in front of it must let everything below /api through."
    )


class NodeRedirectedAway(NodeAnswerBroken):
    """A node's address redirects. Wings never does, and the token isn't sent elsewhere."""

    happened = N_("The node's address redirects to another one, so the node wasn't asked.")


class NodeAnswerTooLarge(NodeAnswerBroken):
    """A node's response is larger than the client accepts."""

    happened = N_("The node's answer is larger than Quetzal is willing to read.")
