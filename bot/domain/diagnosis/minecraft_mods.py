"""Mod loaders of Minecraft Java: Fabric, Quilt, Forge, NeoForge."""

import re

from bot.core.i18n import N_
from bot.domain.diagnosis.logged import minecraft
from bot.domain.diagnosis.pattern import Facts, Pattern

_WRONG_VERSION = N_("Use the version of it that is made for your server, or remove it from the folder.")
_FML = r"(?:[\w.$]{1,120}ModLoadingException: |\s{0,8}- )?"
"""How the exception lists its faults, the first on its own line or each behind a dash."""


def _folder_of(facts: Facts) -> Facts:
    return {"name": facts["file"].rpartition("/")[2]}


MINECRAFT_MODS = (
    Pattern(
        "minecraft.fabric_missing",
        N_("A Fabric or Quilt mod needs another one that is missing"),
        "which is missing!",
        re.compile(
            r"\s{0,8}- Mod '(?P<mod>.{1,80}?)' \(\S{1,80}\) \S{1,60} requires (?P<needed>.{1,150}), "
            r"which is missing!"
        ),
        N_("The mod {mod} needs {needed}, which is missing."),
        N_("Install what is missing into `/mods`, or remove the mod."),
    ),
    Pattern(
        "minecraft.fabric_version",
        N_("A Fabric or Quilt mod is made for another version"),
        "but only the wrong version",
        re.compile(
            r"\s{0,8}- Mod '(?P<mod>.{1,80}?)' \(\S{1,80}\) \S{1,60} requires (?P<needed>.{1,150}), "
            r"but only the wrong versions? (?:is|are) present: (?P<present>\S{1,80})!"
        ),
        N_("The mod {mod} needs {needed}; there is {present}."),
        _WRONG_VERSION,
    ),
    Pattern(
        "minecraft.fabric_conflict",
        N_("Two Fabric or Quilt mods exclude each other"),
        "is incompatible with",
        re.compile(
            r"\s{0,8}- Mod '(?P<mod>.{1,80}?)' \(\S{1,80}\) \S{1,60} is incompatible with "
            r"(?P<other>.{1,150}), but (?:a )?matching versions? (?:is|are) present: (?P<present>\S{1,80})!"
        ),
        N_("The mod {mod} doesn't run together with {other}; there is {present}."),
        N_("Remove one of the two, or use versions of them that run together."),
    ),
    Pattern(
        "minecraft.forge_missing",
        N_("A Forge or NeoForge mod needs another one that is missing"),
        "Actual version: '[MISSING]'",
        re.compile(
            r"\s{0,8}Mod ID: '(?P<needed>[\w.-]{1,80})', Requested by: '(?P<mod>[\w.-]{1,80})', "
            r"Expected range: '[^']{1,80}', Actual version: '\[MISSING\]'"
        ),
        N_("The mod {mod} needs {needed}, which is missing."),
        N_("Install what is missing into `/mods`, or remove the mod."),
    ),
    Pattern(
        "minecraft.forge_version",
        N_("A Forge or NeoForge mod is made for another version"),
        "Actual version: '",
        re.compile(
            r"\s{0,8}Mod ID: '(?P<needed>[\w.-]{1,80})', Requested by: '(?P<mod>[\w.-]{1,80})', "
            r"Expected range: '(?P<range>[^']{1,80})', Actual version: '(?P<present>[^']{1,60})'"
        ),
        N_("The mod {mod} needs {needed} {range}; there is {present}."),
        _WRONG_VERSION,
    ),
    Pattern(
        "minecraft.neoforge_missing",
        N_("A NeoForge mod needs another one that is missing"),
        " requires ",
        re.compile(
            _FML + r"Mod (?P<mod>[\w.-]{1,80}) requires (?P<needed>[\w.-]{1,80}) (?P<range>\S.{0,80})"
        ),
        N_("The mod {mod} needs {needed}, which is missing."),
        N_("Install what is missing into `/mods`, or remove the mod."),
        below=re.compile(r"\s{0,8}Currently, [\w.-]{1,80} is not installed"),
    ),
    Pattern(
        "minecraft.neoforge_version",
        N_("A NeoForge mod is made for another version"),
        " requires ",
        re.compile(
            _FML + r"Mod (?P<mod>[\w.-]{1,80}) requires (?P<needed>[\w.-]{1,80}) (?P<range>\S.{0,80})"
        ),
        N_("The mod {mod} needs {needed} {range}; there is {present}."),
        _WRONG_VERSION,
        below=re.compile(r"\s{0,8}Currently, [\w.-]{1,80} is (?P<present>(?!not installed)\S{1,80})"),
    ),
    Pattern(
        "minecraft.forge_legacy",
        N_("A Forge mod (up to 1.12) needs another one"),
        "MissingModsException: ",
        re.compile(
            r"(?:\[[\w:. -]{8,30}\] \[[^\]]{1,60}/(?:ERROR|FATAL)\] \[FML\]: )?"
            r"net\.minecraftforge\.fml\.common\.MissingModsException: Mod (?P<mod>[\w.-]{1,80}) \(.{1,80}?\) "
            r"requires \[(?P<needed>.{1,300})\]"
        ),
        N_("The mod {mod} needs {needed}, which is missing or there in another version."),
        N_("Install what it needs into `/mods`, or remove the mod."),
    ),
    Pattern(
        "minecraft.other_loader",
        N_("A mod is made for another mod loader"),
        " cannot be loaded",
        re.compile(
            r"\s{0,8}- File (?P<file>\S{1,300}) is (?:for |a |an )(?P<loader>[\w ,.()-]{1,100}?),? "
            r"(?:mod |plugin )?(?:and )?cannot be loaded"
        ),
        N_("{name} was not loaded: it is made for {loader}."),
        N_("Use the file of that mod for your server's mod loader, or remove it."),
        is_certain=False,
        derive=_folder_of,
    ),
    Pattern(
        "minecraft.duplicate_mod",
        N_("A mod is there twice"),
        "from mod files:",
        re.compile(r"\s{0,8}Mod ID: '(?P<mod>[\w.-]{1,80})' from mod files: (?P<files>.{1,300})"),
        N_("The mod {mod} is there twice: {files}."),
        N_("Keep the newer file in `/mods` and delete the other."),
    ),
    Pattern(
        "minecraft.mixin",
        N_("A mod's change of the game's code does not fit"),
        "Mixin apply",
        minecraft(
            "ERROR|FATAL",
            r"Mixin apply(?: for mod (?P<mod>[\w-]{1,80}))? failed (?P<mixin>[\w.-]{1,120}:\S{1,120}) "
            r".{0,700}",
        ),
        N_("A mod could not change the game's code (mixin {mixin})."),
        N_("Remove or update that mod: it fits neither this version nor the other mods."),
    ),
)
