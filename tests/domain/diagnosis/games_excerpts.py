"""Console excerpts of other games."""

from bot.domain.diagnosis import Fix, FixKind
from tests.domain.diagnosis.excerpt import (
    ARK,
    BEDROCK,
    FACTORIO,
    FIVEM,
    PALWORLD,
    RUST,
    SOURCE,
    TERRARIA,
    VALHEIM,
    Excerpt,
)

EXCERPTS = {
    "bedrock.world": Excerpt(
        BEDROCK,
        (
            "NO LOG FILE! - [INFO] opening worlds/Bedrock level/db",
            "NO LOG FILE! - [ERROR] DBStorage chain is invalid. Possibly encryption-related.",
            "NO LOG FILE! - [ERROR] Network port occupied, can't start server.",
        ),
        1,
        "database cannot be opened",
    ),
    "bedrock.port": Excerpt(
        BEDROCK,
        ("[2026-11-27 08:15:04:330 ERROR] Network port occupied, can't start server.",),
        0,
        "port is in use",
    ),
    "source.gameinfo": Excerpt(
        SOURCE,
        ("Setup file 'gameinfo.txt' doesn't exist in subdirectory 'garrysmod'.",),
        0,
        "no `gameinfo.txt` in `garrysmod`",
        Fix(FixKind.SET_VARIABLE, "SRCDS_GAME,SRCDS_APP"),
    ),
    "source.port": Excerpt(SOURCE, ("Couldn't allocate any server IP port",), 0, "port is in use"),
    "source.map": Excerpt(
        SOURCE,
        (
            "CModelLoader::Map_IsValid:  No such map 'maps/gm_winter.bsp'",
            "map load failed: gm_winter not found or invalid",
        ),
        1,
        "map `gm_winter` isn't there",
        Fix(FixKind.SET_VARIABLE, "SRCDS_MAP,MAP,MAP_NAME"),
        exit_code=0,
        is_certain=False,
    ),
    "steam.port": Excerpt(
        PALWORLD,
        ("CreateBoundSocket: ::bind couldn't find an open port between 27015 and 27015",),
        0,
        "query port, 27015, is in use",
        is_certain=False,
    ),
    "rust.map": Excerpt(
        RUST,
        ("Couldn't Download Level: https://maps.example.org/isle.map (HTTP/1.1 404 Not Found)",),
        0,
        "could not be downloaded",
        Fix(FixKind.SET_VARIABLE, "MAP_URL,LEVEL_URL"),
    ),
    "valheim.password": Excerpt(
        VALHEIM,
        ("11/27/2026 08:15:04: Error bad password:The password is too short",),
        0,
        "refuses the password",
        Fix(FixKind.SET_VARIABLE, "PASSWORD,SERVER_PASSWORD,SERVER_PASS"),
        exit_code=0,
    ),
    "unreal.mods": Excerpt(
        ARK,
        (
            "LowLevelFatalError [File:ShooterGameInstance.cpp] [Line: 843]",
            "Requested mods failed to load on server.",
        ),
        1,
        "Mods that the server asks for",
    ),
    "unreal.map": Excerpt(
        ARK,
        ("[2026.11.27-08.15.04:330][  0]LogLoad: Error: Failed to enter /Game/Maps/Ragnarok: missing.",),
        0,
        "map `/Game/Maps/Ragnarok",
        Fix(FixKind.SET_VARIABLE, "SERVER_MAP,MAP,MAP_NAME"),
    ),
    "unreal.fatal": Excerpt(
        ARK,
        (
            "Setting breakpad minidump AppID = 346110",
            "LowLevelFatalError [File:LinkerLoad.cpp] [Line: 3783]",
            "Bad name index 1497762104/117",
        ),
        1,
        "fatal error",
    ),
    "unreal.signal": Excerpt(
        PALWORLD, ("Signal 11 caught.", "Malloc Size=65535"), 0, "crashed (signal 11)", exit_code=139
    ),
    "terraria.world": Excerpt(
        TERRARIA, ("Load failed!  No backup found.",), 0, "world is damaged", exit_code=0
    ),
    "factorio.newer_save": Excerpt(
        FACTORIO,
        (
            "   2.118 Loading map /home/container/saves/base.zip: 9211331 bytes.",
            "   2.130 Error ServerMultiplayerManager.cpp:91: Map version 2.0.77-0 "
            "cannot be loaded because it is higher than the game version (2.0.60-0)",
        ),
        1,
        "save is from Factorio 2.0.77, but the server is 2.0.60",
        Fix(FixKind.SET_VARIABLE, "FACTORIO_VERSION,VERSION"),
    ),
    "factorio.no_save": Excerpt(
        FACTORIO,
        ("   0.098 Error Util.cpp:86: File /home/container/saves/base.zip doesn't exist.",),
        0,
        "`/home/container/saves/base.zip` isn't there",
        Fix(FixKind.SET_VARIABLE, "SAVE_NAME,SAVE"),
    ),
    "factorio.lock": Excerpt(
        FACTORIO,
        (
            "   0.003 Error Util.cpp:97: Couldn't acquire exclusive lock for /home/container/.lock. "
            "Is another instance already running?",
        ),
        0,
        "Another instance of Factorio",
    ),
    "factorio.mods": Excerpt(
        FACTORIO,
        ('   1.604 Error ModManager.cpp:1610: Failed to load mod "warm-hats": hats/data.lua:4: bad call',),
        0,
        "mod could not be loaded: `",
    ),
    "fivem.no_key": Excerpt(
        FIVEM,
        ("[svadhesive] Error: This server does not have a license key specified.",),
        0,
        "No licence key is set",
        Fix(FixKind.SET_VARIABLE, "FIVEM_LICENSE,LICENSE_KEY,SV_LICENSE"),
    ),
    "fivem.key": Excerpt(
        FIVEM,
        (
            "Authenticating server license key...",
            "Could not authenticate server license key. The specified key does not exist.",
        ),
        1,
        "refused the licence key",
        Fix(FixKind.SET_VARIABLE, "FIVEM_LICENSE,LICENSE_KEY,SV_LICENSE"),
    ),
}
