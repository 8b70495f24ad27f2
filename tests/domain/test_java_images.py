"""An image with the right Java is chosen among those that an egg allows."""

import pytest

from bot.domain.java_images import fitting_image, java_version

YOLKS = {f"Java {version}": f"ghcr.io/pterodactyl/yolks:java_{version}" for version in (21, 17, 11, 8)}


@pytest.mark.parametrize(
    ("label", "image", "version"),
    [
        ("Java 21", "ghcr.io/pterodactyl/yolks:java_21", 21),
        ("Default", "ghcr.io/pterodactyl/yolks:java_17", 17),
        ("Default", "docker.io/library/eclipse-temurin:21-jre", 21),
        ("Default", "openjdk:8", 8),
        ("Node 20", "ghcr.io/pterodactyl/yolks:nodejs_20", None),
    ],
)
def test_version_is_read_from_label_or_image(label: str, image: str, version: int | None) -> None:
    assert java_version(label, image) == version


@pytest.mark.parametrize(
    ("wanted", "label"),
    [
        ("21+", "Java 21"),
        ("16+", "Java 17"),
        ("16-", "Java 11"),
        ("8-", "Java 8"),
        ("25+", None),
        ("7-", None),
    ],
)
def test_closest_image_that_will_do_is_chosen(wanted: str, label: str | None) -> None:
    image = fitting_image(YOLKS, wanted)
    assert (image and image[0]) == label


def test_egg_without_java_images_has_none_that_fits() -> None:
    assert fitting_image({"Games": "registry.example/games:1"}, "21+") is None
