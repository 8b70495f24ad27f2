"""Errors of the Java virtual machine, for every Java program."""

import re

from bot.core.i18n import N_
from bot.domain.diagnosis.fixes import Fix, FixKind
from bot.domain.diagnosis.pattern import Facts, Pattern, offering

_FIRST_CLASS_VERSION = 44
"""Java 8 writes class files of version 52, Java 21 of version 65."""
_NEWER_CLASS = r"has been compiled by a more recent version of the Java Runtime"
_CLASS_VERSION = (
    rf"java\.lang\.UnsupportedClassVersionError: [\w/$.]{{1,200}} {_NEWER_CLASS} \(class file version "
    r"(?P<needed>\d{2,3})\.\d{1,5}\), this version of the Java Runtime only recognizes class file versions "
    r"up to (?P<known>\d{2,3})\.\d{1,5}.{0,100}"
)


def _java_of_class(facts: Facts) -> Facts:
    return {
        "java": str(int(facts["needed"]) - _FIRST_CLASS_VERSION),
        "present": str(int(facts["known"]) - _FIRST_CLASS_VERSION),
    }


def newer_java(facts: Facts) -> Fix:
    """Offer a Java that is at least as new as `java` says."""
    return Fix(FixKind.CHANGE_JAVA, f"{facts['java']}+")


def older_java(facts: Facts) -> Fix:
    """Offer a Java that is at most as new as `java` says."""
    return Fix(FixKind.CHANGE_JAVA, f"{facts['java']}-")


JAVA = (
    Pattern(
        "java.version",
        N_("Java too old for the server"),
        _NEWER_CLASS,
        re.compile(rf'(?:\t|Exception in thread "[^"]{{1,80}}" ){_CLASS_VERSION}'),
        N_("It needs Java {java}, but runs with Java {present}."),
        N_("Choose a Docker image with Java {java} or newer."),
        derive=_java_of_class,
        offer=newer_java,
    ),
    Pattern(
        "java.jarfile",
        N_("The server's main jar is missing"),
        "Unable to access jarfile",
        re.compile(r"Error: Unable to access jarfile (?P<jar>\S{1,200})"),
        N_("The file that starts the server, {jar}, isn't there."),
        N_(
            "Put it into the server's main folder, or set the startup variable to the name that your jar has."
        ),
        offer=offering(Fix(FixKind.SET_VARIABLE, "SERVER_JARFILE,JARFILE,JAR_FILE")),
    ),
    Pattern(
        "java.corrupt_jar",
        N_("The server's main jar is damaged"),
        "Invalid or corrupt jarfile",
        re.compile(r"Error: Invalid or corrupt jarfile (?P<jar>\S{1,200})"),
        N_("The file that starts the server, {jar}, is damaged or only partly uploaded."),
        N_("Download it again and upload it whole, or reinstall the server."),
    ),
    Pattern(
        "java.no_program",
        N_("The jar can't be run"),
        "no main manifest attribute, in ",
        re.compile(r"no main manifest attribute, in (?P<jar>\S{1,200})"),
        N_("The file that starts the server, {jar}, can't be run: it may be a plugin, a mod or a library."),
        N_("Set the startup variable to the server's own jar, or reinstall the server."),
    ),
    Pattern(
        "java.main_class",
        N_("The program's main class is missing"),
        "Could not find or load main class",
        re.compile(r"Error: Could not find or load main class (?P<class>\S{1,200})"),
        N_("Java could not find {class}, with which the server starts."),
        N_(
            "Check the start command for a mistyped option. For Forge and NeoForge, run the installer again "
            "(reinstall)."
        ),
    ),
    Pattern(
        "java.option",
        N_("Java does not know an option of the start command"),
        "Unrecognized ",
        re.compile(r"Unrecognized (?:VM )?option:? '?(?P<option>[^'\s]{1,120})'?"),
        N_("Java does not know the option {option}."),
        N_("Remove it from the start command, or choose the Java version that knows it."),
        below=re.compile(r"Error: Could not create the Java Virtual Machine\."),
    ),
    Pattern(
        "java.heap_size",
        N_("The heap does not fit"),
        "heap",
        re.compile(
            r"(?:Error occurred during initialization of VM: ?)?"
            r"(?:Could not reserve enough space for .{0,60}object heap"
            r"|Initial heap size set to a larger value than the maximum heap size"
            r"|Invalid (?:initial|maximum) heap size: \S{1,40})"
        ),
        N_("Java could not start with the memory that the start command asks for."),
        N_(
            "Correct `-Xms` and `-Xmx` in the start command: the first not larger than the second, both "
            "below the limit."
        ),
    ),
    Pattern(
        "java.native_memory",
        N_("Java got no memory from the node"),
        "There is insufficient memory for the Java Runtime",
        re.compile(r"# There is insufficient memory for the Java Runtime Environment to continue\."),
        N_("The node gave Java no more memory."),
        N_(
            "Lower the heap (`-Xmx`), raise the server's limit, or ask whoever runs the node whether its "
            "memory is full."
        ),
    ),
    Pattern(
        "java.heap",
        N_("The Java heap is full"),
        "java.lang.OutOfMemoryError",
        re.compile(
            r"(?:Terminating due to |Aborting due to |Exception in thread \"[^\"]{1,80}\" |Caused by: )?"
            r"java\.lang\.OutOfMemoryError: (?:Java heap space|GC overhead limit exceeded|Metaspace)"
        ),
        N_("Java ran out of memory: its heap was full."),
        N_("Raise the server's memory, remove what uses it, or lower the view distance."),
    ),
    Pattern(
        "java.threads",
        N_("Java can't start another thread"),
        "java.lang.OutOfMemoryError: unable to create",
        re.compile(
            r"(?:Exception in thread \"[^\"]{1,80}\" |Caused by: )?java\.lang\.OutOfMemoryError: "
            r"unable to create (?:new )?native thread.{0,100}"
        ),
        N_("Java could not start another thread: the node's limit of processes is reached."),
        N_("Remove what starts so many threads, or ask whoever runs the node to raise the limit."),
    ),
    Pattern(
        "java.fatal",
        N_("The Java virtual machine itself crashed"),
        "A fatal error has been detected by the Java Runtime Environment",
        re.compile(r"# A fatal error has been detected by the Java Runtime Environment:"),
        N_("The Java virtual machine itself crashed."),
        N_(
            "Read the newest `hs_err_pid….log` in the server's main folder; another Java image or an update "
            "often helps."
        ),
    ),
    Pattern(
        "java.library_version",
        N_("Java too old for a plugin or a mod"),
        _NEWER_CLASS,
        re.compile(rf"(?:Caused by: )?{_CLASS_VERSION}"),
        N_("A plugin or mod did not load: it needs Java {java}, but the server runs with Java {present}."),
        N_("Choose a Docker image with Java {java} or newer, or use an older version of the plugin or mod."),
        is_certain=False,
        derive=_java_of_class,
        offer=newer_java,
    ),
)
