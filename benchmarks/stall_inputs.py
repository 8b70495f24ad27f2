"""Hostile and huge content that anybody who can write to a server may put there."""

MANY = 50_000
GREPPED = 60
KIB = 1024


def alias_bomb(lines: int = 26) -> str:
    """Make a mapping key of 2^n nodes in some hundred bytes."""
    made = [f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]" for n in range(1, lines)]
    return "\n".join(["a0: &a0 [x,x]", *made, f"? *a{lines - 1}", ": x", "port: 1", ""])


def aliases() -> str:
    """Make values of ten to the power of n nodes in some hundred bytes."""
    rows = [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 7)]
    return "\n".join(["a0: &a0 [x]", *rows, "port: 1", ""])


def yaml(size: int) -> str:
    """Make flat YAML of a size."""
    return "".join(f"key{n}: value {n}\n" for n in range(size // 18)) + "port: 1\n"


def plugin(size: int) -> str:
    """Make the configuration of a plugin: nested, with lists and comments."""
    part = (
        "  # what it is for\n  shop{0}:\n    enabled: true\n    items: [stone, dirt]\n"
        '    price: {0}.5\n    text: "&aHi {0}"\n'
    )
    return "shops:\n" + "".join(part.format(n) for n in range(size // 115)) + "port: 1\n"


def nested(depth: int, size: int) -> str:
    """Make JSON of a depth that is padded to a size at its bottom."""
    inside = ",".join(f'"k{n}": {n}' for n in range(max(1, size // 16)))
    return '{"port": 1, "a": ' + '{"a": ' * depth + "{" + inside + "}" + "}" * depth + "}"


CONFIGS: dict[str, tuple[str, str, str]] = {
    "YAML, alias bomb as a key": ("bomb.yml", alias_bomb(), "port"),
    "YAML, aliases of aliases": ("aliases.yml", aliases(), "port"),
    "YAML, 56 KiB": ("flat.yml", yaml(56 * KIB), "port"),
    "YAML of a plugin, 59 KiB": ("plugin.yml", plugin(59 * KIB), "port"),
    "INI, 64 KiB": ("big.ini", "[a]\n" + "".join(f"k{n}=v\n" for n in range(8_000)) + "port=1\n", "a.port"),
    "TOML, 64 KiB": ("big.toml", "port = 1\n" + "".join(f"k{n} = {n}\n" for n in range(5_000)), "port"),
    "JSON, 300 deep": ("deep.json", nested(300, 30), "port"),
    "JSON, 100,000 deep": ("deeper.json", nested(100_000, 30), "port"),
    "JSON, 393 KiB": ("walk.json", nested(100, 393 * KIB), "port"),
    "JSON, 3.7 MiB": ("huge.json", nested(100, 3_700 * KIB), "port"),
    "properties, 900 KiB": ("big.properties", "".join(f"k{n}=v\n" for n in range(90_000)), "k5"),
    "text, 1 MiB of line ends": ("ends.txt", "\n" * KIB * KIB, ""),
    "text, 1 MiB of mixed line ends": ("mixed.txt", "a\r\nb\n" * 200_000, ""),
}
FORGED = (
    b'{"path": "/../etc"}',
    b'{"size_bytes": 1e999}',
    b"[" * 30_000,
    b'"' + b"a" * 4_000_000 + b'"',
    b"",
)
"""Manifests of the trash folder."""
