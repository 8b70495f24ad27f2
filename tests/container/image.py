"""A Dockerfile's steps, run one by one in clean roots."""

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from dockerfile_parse import DockerfileParser

DEBIAN = "bookworm"
# What python:3.x-slim has and a bare Debian has not.
BASE_PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates,libexpat1"
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass
class Image:
    """A root directory, and what the Dockerfile says about how to run it."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    volumes: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    stop_signal: str = "SIGTERM"

    @classmethod
    def build(cls, dockerfile: Path, *, context: Path, scratch: Path) -> "Image":
        """Run every step of every stage; the last stage is the image."""
        base = scratch / "base"
        _bootstrap(base)
        stages: dict[str, Image] = {}
        image = cls(root=base)
        with dockerfile.open("rb") as text:
            steps = DockerfileParser(fileobj=text).structure
        for step in steps:
            name, value = step["instruction"], step["value"]
            if name == "COMMENT":
                continue
            print(f"==> {name} {value}", flush=True)
            if name == "FROM":
                _, _, alias = value.partition(" AS ")
                root = scratch / (alias or "image")
                subprocess.run(["cp", "-a", str(base), str(root)], check=True)
                image = stages[alias] = cls(root=root)
            else:
                image._step(name, value, context, stages)
        return image

    def _step(self, name: str, value: str, context: Path, stages: "dict[str, Image]") -> None:
        match name:
            case "RUN":
                self._run(value)
            case "COPY":
                self._copy(value, context, stages)
            case "ENV":
                for item in shlex.split(value):
                    key, _, text = item.partition("=")
                    self.env[key] = text.replace("$PATH", "/usr/local/bin:/usr/bin:/bin")
            case "WORKDIR":
                self.workdir = value
                self.inside(value).mkdir(parents=True, exist_ok=True)
            case "USER":
                self.user = value
            case "VOLUME":
                self.volumes.append(value)
            case "ENTRYPOINT":
                self.entrypoint = json.loads(value)
            case "CMD":
                self.command = json.loads(value)
            case "HEALTHCHECK":
                self.healthcheck = json.loads(value.partition(" CMD ")[2])
            case "STOPSIGNAL":
                self.stop_signal = value
            case _:
                message = f"this check does not know the instruction {name}"
                raise ValueError(message)

    def inside(self, path: str) -> Path:
        """Where a path of the image lies on this machine."""
        return self.root / path.lstrip("/")

    def environment(self) -> dict[str, str]:
        """Give what a process in the container would find in its environment."""
        return {"PATH": "/usr/sbin:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **self.env}

    def _run(self, script: str) -> None:
        # pip needs the same settings there as here: where certificates lie, for example.
        pip = {name: text for name, text in os.environ.items() if name.startswith(("PIP_", "SSL_CERT"))}
        subprocess.run(
            ["chroot", str(self.root), "/bin/sh", "-c", f"cd {shlex.quote(self.workdir)} && {script}"],
            env=self.environment() | pip,
            check=True,
        )

    def _copy(self, value: str, context: Path, stages: "dict[str, Image]") -> None:
        words = value.split()
        source = context
        if words[0].startswith("--from="):
            source = stages[words.pop(0).removeprefix("--from=")].root
        *names, target = words
        directory = self.inside(target) if target.startswith("/") else self.inside(self.workdir) / target
        for name in names:
            path = source / name.lstrip("/")
            into = directory / path.name if target.endswith("/") else directory
            into.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(path, into, symlinks=True, dirs_exist_ok=True, ignore=ignored)
            else:
                shutil.copy2(path, into)


def _bootstrap(root: Path) -> None:
    print(f"==> a clean {DEBIAN} root", flush=True)
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={BASE_PACKAGES}", DEBIAN, str(root)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for path in (Path("/etc/resolv.conf"), Path("/etc/hosts"), Path("/etc/pip.conf"), CA_BUNDLE):
        if path.exists():
            shutil.copy(path, root / path.relative_to("/"))
