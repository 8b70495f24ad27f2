"""Console excerpts of Minecraft's mod loaders."""

from tests.domain.diagnosis.excerpt import Excerpt

FABRIC = {"egg_name": "Fabric", "invocation": "java -jar fabric-server-launch.jar"}
FORGE = {"egg_name": "Forge Minecraft", "invocation": "java @unix_args.txt"}
NEOFORGE = {"egg_name": "NeoForge", "invocation": "java @unix_args.txt"}
EXCERPTS = {
    "minecraft.fabric_missing": Excerpt(
        FABRIC,
        (
            "[08:15:04] [main/ERROR]: Incompatible mods found!",
            "More details:",
            "\t - Mod 'Warm Hats' (warmhats) 1.4.0 requires version 0.90.0 or later of fabric-api, "
            "which is missing!",
            "\tat net.fabricmc.loader.impl.FormattedException.ofLocalized(FormattedException.java:51)",
        ),
        2,
        "`Warm Hats` needs `version 0.90.0 or later of fabric-api`, which is missing",
    ),
    "minecraft.fabric_version": Excerpt(
        FABRIC,
        (
            "[08:15:04] [main/ERROR]: Incompatible mods found!",
            "\t - Mod 'Warm Hats' (warmhats) 1.4.0 requires version 1.20.1 of 'Minecraft' (minecraft), "
            "but only the wrong version is present: 1.21.8!",
        ),
        1,
        "there is 1.21.8",
    ),
    "minecraft.forge_missing": Excerpt(
        FORGE,
        (
            "[27Nov2026 08:15:04.221] [main/ERROR] [net.minecraftforge.fml.loading.ModSorter/LOADING]: "
            "Missing or unsupported mandatory dependencies:",
            "\tMod ID: 'hatlib', Requested by: 'warmhats', Expected range: '[2.0,)', "
            "Actual version: '[MISSING]'",
        ),
        1,
        "`warmhats` needs `hatlib`, which is missing",
    ),
    "minecraft.forge_version": Excerpt(
        NEOFORGE,
        (
            "\tMod ID: 'neoforge', Requested by: 'warmhats', Expected range: '[21.4,)', "
            "Actual version: '21.1.77'",
        ),
        0,
        "`warmhats` needs `neoforge` `[21.4,)`; there is 21.1.77",
    ),
    "minecraft.duplicate_mod": Excerpt(
        FORGE,
        ("\tMod ID: 'warmhats' from mod files: warmhats-1.3.jar, warmhats-1.4.jar",),
        0,
        "`warmhats` is there twice",
    ),
    "minecraft.mixin": Excerpt(
        FABRIC,
        (
            "[08:15:04] [main/ERROR]: Mixin apply for mod warmhats failed warmhats.mixins.json:HeadMixin "
            "from mod warmhats -> net.minecraft.class_1309: InvalidInjectionException Critical injection "
            "failure",
        ),
        0,
        "mixin `warmhats.mixins.json:HeadMixin`",
    ),
    "minecraft.fabric_conflict": Excerpt(
        FABRIC,
        (
            "[08:15:04] [main/ERROR]: Incompatible mods found!",
            "More details:",
            "\t - Mod 'Bob's Hats' (bobhats) 1.4.0 is incompatible with version 0.5.0 or later of mod "
            "'Warm Hats' (warmhats), but a matching version is present: 0.5.8!",
        ),
        2,
        "`Bob's Hats` doesn't run together with",
    ),
    "minecraft.neoforge_missing": Excerpt(
        NEOFORGE,
        (
            "[08:15:04] [main/ERROR]: Failed to start the minecraft server",
            "net.neoforged.fml.ModLoadingException: Loading errors encountered:",
            "\t- Mod warmhats requires hatlib 2.0 or above",
            "\t  Currently, hatlib is not installed",
        ),
        2,
        "`warmhats` needs `hatlib`, which is missing",
    ),
    "minecraft.neoforge_version": Excerpt(
        NEOFORGE,
        (
            "net.neoforged.fml.ModLoadingException: Loading errors encountered:",
            "\t- Mod warmhats requires neoforge 21.4 or above",
            "\t  Currently, neoforge is 21.1.77",
        ),
        1,
        "`warmhats` needs `neoforge` `21.4 or above`; there is 21.1.77",
    ),
    "minecraft.forge_legacy": Excerpt(
        FORGE,
        (
            "[08:15:04] [Server thread/FATAL] [FML]: net.minecraftforge.fml.common.MissingModsException: Mod "
            "warmhats (Warm Hats) requires [hatlib@[2.1.0,2.2.0)]",
        ),
        0,
        "`warmhats` needs `hatlib@[2.1.0,2.2.0)`",
    ),
    "minecraft.other_loader": Excerpt(
        NEOFORGE,
        (
            "Loading warnings encountered:",
            "\t- File /home/container/mods/warmhats-fabric.jar is a Fabric mod and cannot be loaded",
        ),
        1,
        "`warmhats-fabric.jar` was not loaded: it is made for `Fabric`",
        is_certain=False,
    ),
}
