"""Files of a server (docs/reference/files.md)."""

from pydantic import Field

from bot.panel.models.base import Amount, Model, Text, Timestamp


class FileEntry(Model):
    """One entry of a directory. `size_bytes` of a directory is meaningless; names may hold anything."""

    name: str
    mode: str
    mode_bits: str
    size_bytes: Amount = Field(validation_alias="size")
    is_file: bool
    mimetype: Text = "application/octet-stream"
    modified_at: Timestamp
    created_at: Timestamp
    """In fact the time of the inode's last change."""

    @property
    def is_directory(self) -> bool:
        """Whether it can be listed."""
        return not self.is_file

    @property
    def is_symlink(self) -> bool:
        """From the mode: Wings' own flag is always false."""
        return self.mode.startswith("L")

    @property
    def is_regular(self) -> bool:
        """Whether it can be read: neither directory nor link, pipe, socket or device."""
        return self.mode.startswith("-")


class SignedUrl(Model):
    """A one-time link to the node."""

    url: str = Field(repr=False)
