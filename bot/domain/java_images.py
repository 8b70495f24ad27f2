"""Finds the Java version of an egg's Docker images. Pure."""

import re
from collections.abc import Mapping

_IN_IMAGE = re.compile(
    r"(?:java|jdk|jre|temurin|openjdk)[-_:/]?(?:jdk|jre)?[-_:]?(\d{1,2})(?!\d)", re.IGNORECASE
)
_IN_LABEL = re.compile(r"java\s*(\d{1,2})(?!\d)", re.IGNORECASE)


def java_version(label: str, image: str) -> int | None:
    """Return the Java version of an image, by its label or its name; None when neither has it."""
    match = _IN_LABEL.search(label) or _IN_IMAGE.search(image)
    return None if match is None else int(match[1])


def fitting_image(images: Mapping[str, str], wanted: str) -> tuple[str, str] | None:
    """Return label and image of the Java closest to `wanted`: `21+` is 21 or newer, `16-` is 16 or older."""
    bound, is_least = int(wanted[:-1]), wanted.endswith("+")
    versions = {label: java_version(label, image) for label, image in images.items()}
    fitting = [
        (abs(version - bound), label)
        for label, version in versions.items()
        if version is not None and (version >= bound if is_least else version <= bound)
    ]
    if not fitting:
        return None
    _, label = min(fitting)
    return label, images[label]
