"""History of what servers used."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from bot.storage.tables.columns import PANEL_ID, SERVER_UUID, metadata

# History. A small number stands for a server; `at` is in seconds since 1970; one clustered tree a table.
metric_servers = Table(
    "metric_servers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Index(None, "panel_id", "server_uuid", unique=True),
)


def _metric_key() -> tuple[Column[int], Column[int]]:
    return (
        Column("server_id", Integer, primary_key=True, autoincrement=False),
        Column("at", Integer, primary_key=True, autoincrement=False),
    )


def _metric_counts() -> tuple[Column[int], ...]:
    rates = (Column("rx_rate", BigInteger), Column("tx_rate", BigInteger))
    counts = ("observations", "running", "offline", "restarts")
    return (*rates, *(Column(name, Integer, nullable=False) for name in counts))


def _metric_players(*suffixes: str) -> tuple[Column[int], ...]:
    """Players, NULL where the game did not answer, and how many it has room for."""
    counts = (Column(f"player_tenths{suffix}", Integer) for suffix in suffixes)
    return (*counts, Column("player_limit", Integer))


metric_samples = Table(
    "metric_samples",
    metadata,
    *_metric_key(),
    Column("memory_kib", BigInteger, nullable=False),
    Column("cpu_tenths", Integer, nullable=False),
    Column("disk_kib", BigInteger, nullable=False),
    *_metric_counts(),
    # Within the sample's minute; NULL where it is a single observation.
    Column("memory_kib_low", BigInteger),
    Column("memory_kib_high", BigInteger),
    Column("cpu_tenths_low", Integer),
    Column("cpu_tenths_high", Integer),
    *_metric_players(""),
    sqlite_with_rowid=False,
)


def _rollup(name: str) -> Table:
    bands = (("memory_kib", BigInteger), ("cpu_tenths", Integer), ("disk_kib", BigInteger))
    values = [
        Column(f"{band}{suffix}", kind, nullable=False)
        for band, kind in bands
        for suffix in ("", "_low", "_high")
    ]
    players = _metric_players("", "_low", "_high")
    return Table(
        name, metadata, *_metric_key(), *values, *_metric_counts(), *players, sqlite_with_rowid=False
    )


metric_minutes = _rollup("metric_minutes")
metric_hours = _rollup("metric_hours")
