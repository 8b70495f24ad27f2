"""`make container`: build every stage in a clean Debian root, then run the image as compose.yaml would.

What stands in for the engine: debootstrap for the base image, chroot for RUN, a mount namespace with a
read-only root for the container.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.container.image import Image
from tests.container.trial import try_image

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Say what is missing, or build and try the image."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("make container needs root and debootstrap (apt-get install debootstrap).")
        return 2
    with tempfile.TemporaryDirectory(prefix="quetzal-image-") as scratch:
        image = Image.build(ROOT / "Dockerfile", context=ROOT, scratch=Path(scratch))
        return try_image(image)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"A step failed with {error.returncode}: {error.cmd}")
