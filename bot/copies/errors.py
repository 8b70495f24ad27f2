"""Errors between Quetzal and a place for copies of backups. Every leaf class has a message for people.

- `TargetUnreachable`, `TargetTimedOut`, `TargetBusy`, `DamagedOnTheWay`: may pass; sent again with a pause
- `UploadGone`, `CopyMissing`: what the caller has to know apart from the rest
- the others: whoever runs the bot has to change something, here or at the target
"""

from inspect import getattr_static

from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, Message


class CopyTargetError(QuetzalError):
    """The base of these errors. `target`: its name in the settings."""

    title = N_("Copy target problem")
    happened = N_("The copy target {target} has a problem.")
    state = N_("Servers and their backups on the panel aren't affected.")
    next_step = N_("Ask whoever runs this bot to run `quetzal doctor`, which checks the copy targets.")

    def __init__(self, target: str, *, detail: str | None = None) -> None:
        self.target = target
        happened: Message = getattr_static(self, "happened")
        super().__init__(Message(happened.message, {"target": target, **self.values()}), detail=detail)

    def values(self) -> dict[str, object]:
        """Return what else stands in the braces of `happened`."""
        return {}


class UploadGone(CopyTargetError):
    """The target doesn't know an upload any more, or can't resume it."""

    may_pass = True
    happened = N_("The upload to {target} was interrupted and can't be resumed there.")
    next_step = N_("Start the copy again: all of it is sent once more.")


class CopyMissing(CopyTargetError):
    """There is no file with that key."""

    happened = N_("The copy is no longer on {target}.")
    next_step = N_("Make a new copy.")


class TargetUnreachable(CopyTargetError):
    """No connection could be made, or it was cut off."""

    may_pass = True
    happened = N_("The copy target {target} can't be reached.")
    next_step = N_("Check that it is running, its address in the settings, and the firewall between.")


class TargetTimedOut(TargetUnreachable):
    """The answer did not come in time."""

    happened = N_("The copy target {target} took too long to answer.")
    next_step = N_("Check its load and the connection to it, and try again later.")


class CertificateInvalid(CopyTargetError):
    """The target's certificate is not valid for its address, so nothing was sent."""

    happened = N_("The certificate of the copy target {target} isn't valid, so nothing was sent.")
    next_step = N_(
        "Renew it, or use the name that it is for. A private CA: name its certificate in SSL_CERT_FILE."
    )


class TargetBusy(CopyTargetError):
    """The target has a fault of its own, or is overloaded."""

    may_pass = True
    happened = N_("The copy target {target} is overloaded or has a fault of its own.")
    next_step = N_("Try again later. If it stays that way, check the target's own log.")


class TargetLocked(TargetBusy):
    """Something else has locked a file or folder there."""

    happened = N_("A file or folder on the copy target {target} is locked by another program.")
    next_step = N_("Close what has it open there, or wait until its lock expires, and try again.")


class DamagedOnTheWay(CopyTargetError):
    """The target's checksum of what arrived differs from ours, so it was not kept."""

    may_pass = True
    happened = N_("What arrived at the copy target {target} was damaged on the way, so it wasn't kept.")
    next_step = N_("Try again. If it happens again, check the network and what is between.")


class TargetFull(CopyTargetError):
    """There is no room left."""

    happened = N_("The copy target {target} is full, or its quota is used up.")
    next_step = N_("Delete old copies, keep fewer (`__KEEP` in the settings), or give it more room.")


class BodyLimited(CopyTargetError):
    """A request is longer than the target, or a proxy in front of it, allows."""

    happened = N_(
        "The copy target {target}, or a proxy in front of it, doesn't accept requests of this size."
    )
    next_step = N_(
        "Raise its limit for requests (nginx: `client_max_body_size`) to 64 MiB, or above your largest "
        "backup where uploads can't be resumed, as on Nextcloud."
    )


class AccessRefused(CopyTargetError):
    """The target rejects the key or the password."""

    happened = N_("The copy target {target} doesn't accept the key or password in the settings.")
    next_step = N_("Check both in Quetzal's settings: a key that was replaced there has to be replaced here.")


class BasicNotOffered(AccessRefused):
    """A WebDAV server takes another way to log in only."""

    happened = N_(
        "The copy target {target} refused the login and doesn't offer Basic authentication, the one that "
        "Quetzal uses."
    )
    next_step = N_("Check user and password. If they are right, allow Basic authentication there.")


class PermissionLacking(CopyTargetError):
    """The key or the account is right and may not do this."""

    happened = N_("The key or account of the copy target {target} may not do that.")
    next_step = N_(
        "Allow it to read, write and delete files there, to list what is there, and to abort uploads."
    )


class PlaceMissing(CopyTargetError):
    """The bucket or the folder in the settings does not exist."""

    happened = N_("The bucket or folder of the copy target {target} doesn't exist.")
    next_step = N_("Create it, or correct its name in Quetzal's settings.")


class WrongRegion(CopyTargetError):
    """The bucket is in another region."""

    happened = N_("The bucket of the copy target {target} is in another region: {region}.")
    next_step = N_("Correct `__REGION` and `__URL` in Quetzal's settings.")

    def __init__(self, target: str, region: str, *, detail: str | None = None) -> None:
        self._region = region
        super().__init__(target, detail=detail)

    @override
    def values(self) -> dict[str, object]:
        """Return the region."""
        return {"region": self._region}


class ClocksDiffer(CopyTargetError):
    """The target rejects requests because of their time."""

    happened = N_(
        "The copy target {target} refused the request because the clocks differ by {minutes:,} minutes."
    )
    next_step = N_("Turn on time synchronisation (`timedatectl set-ntp true`) on both machines.")

    def __init__(self, target: str, minutes: int, *, detail: str | None = None) -> None:
        self._minutes = minutes
        super().__init__(target, detail=detail)

    @override
    def values(self) -> dict[str, object]:
        """Return the difference."""
        return {"minutes": self._minutes}


class RedirectedElsewhere(CopyTargetError):
    """The target redirects. Neither key nor password is sent elsewhere."""

    happened = N_("The copy target {target} redirects to another address, so nothing was sent there.")
    next_step = N_("Set the address that it redirects to in Quetzal's settings, if it is the right one.")


class AnswerNotUnderstood(CopyTargetError):
    """What answered does not speak the protocol, or the answer is damaged."""

    happened = N_("What answered at the address of the copy target {target} doesn't work as expected.")
    next_step = N_("Check the address and the kind of the target (s3 or webdav) in Quetzal's settings.")


class NotSupported(AnswerNotUnderstood):
    """The service doesn't have this operation."""


def by_class_of(status: int) -> type[CopyTargetError]:
    """Return the error for a status that has none of its own."""
    if 300 <= status < 400:
        return RedirectedElsewhere
    if status in {405, 501}:
        return NotSupported
    return TargetBusy if status >= 500 else AnswerNotUnderstood
