"""Console excerpts of the Java machine."""

from bot.domain.diagnosis import Fix, FixKind
from tests.domain.diagnosis.excerpt import (
    PAPER,
    Excerpt,
)

EXCERPTS = {
    "java.version": Excerpt(
        PAPER,
        (
            "Error: LinkageError occurred while loading main class net.minecraft.bundler.Main",
            "\tjava.lang.UnsupportedClassVersionError: net/minecraft/bundler/Main has been "
            "compiled by a more recent version of the Java Runtime (class file version 65.0), this version "
            "of the Java Runtime only recognizes class file versions up to 61.0",
        ),
        1,
        "needs Java 21, but runs with Java 17",
        Fix(FixKind.CHANGE_JAVA, "21+"),
    ),
    "java.library_version": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Could not load 'plugins/WarmHats-2.0.jar' in folder 'plugins'",
            "Caused by: java.lang.UnsupportedClassVersionError: hats/WarmHats has been compiled by a more "
            "recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime "
            "only recognizes class file versions up to 61.0",
        ),
        1,
        "plugin or mod did not load: it needs Java 21",
        Fix(FixKind.CHANGE_JAVA, "21+"),
        is_certain=False,
    ),
    "java.jarfile": Excerpt(
        PAPER,
        ("Error: Unable to access jarfile paper-1.21.jar",),
        0,
        "`paper-1.21.jar`, isn't there",
        Fix(FixKind.SET_VARIABLE, "SERVER_JARFILE,JARFILE,JAR_FILE"),
    ),
    "java.corrupt_jar": Excerpt(
        PAPER, ("Error: Invalid or corrupt jarfile server.jar",), 0, "`server.jar`, is damaged"
    ),
    "java.no_program": Excerpt(
        PAPER, ("no main manifest attribute, in plugins.jar",), 0, "`plugins.jar`, can't be run"
    ),
    "java.threads": Excerpt(
        PAPER,
        (
            "[08:15:04 WARN]: [0.1s][warning][os,thread] Failed to start thread",
            'Exception in thread "Server thread" java.lang.OutOfMemoryError: unable to create native thread: '
            "possibly out of memory or process/resource limits reached",
        ),
        1,
        "limit of processes",
    ),
    "java.main_class": Excerpt(
        PAPER,
        (
            "Error: Could not find or load main class nogui",
            "Caused by: java.lang.ClassNotFoundException: nogui",
        ),
        0,
        "could not find `nogui`",
    ),
    "java.option": Excerpt(
        PAPER,
        ("Unrecognized VM option 'UseConcMarkSweepGC'", "Error: Could not create the Java Virtual Machine."),
        0,
        "the option `UseConcMarkSweepGC`",
    ),
    "java.heap_size": Excerpt(
        PAPER,
        (
            "Error occurred during initialization of VM",
            "Initial heap size set to a larger value than the maximum heap size",
        ),
        1,
        "memory that the start command asks for",
    ),
    "java.native_memory": Excerpt(
        PAPER,
        (
            "#",
            "# There is insufficient memory for the Java Runtime Environment to continue.",
            "# Native memory allocation (mmap) failed to map 16384 bytes.",
        ),
        1,
        "gave Java no more memory",
    ),
    "java.heap": Excerpt(
        PAPER,
        (
            "[08:15:04 ERROR]: Encountered an unexpected exception",
            "java.lang.OutOfMemoryError: Java heap space",
            "\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
        ),
        1,
        "its heap was full",
    ),
    "java.fatal": Excerpt(
        PAPER,
        (
            "#",
            "# A fatal error has been detected by the Java Runtime Environment:",
            "#  SIGSEGV (0xb) at pc=0x00007f",
        ),
        1,
        "Java virtual machine itself crashed",
        exit_code=134,
    ),
}
