"""The table: each row beside what polling gives, the target, and a bound for the machine as it is now."""

from dataclasses import dataclass

WIDTHS = (66, 16, 18, 12, 7)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value.

    `target` and `is_met`: what was set out to reach, on any machine. `bound` and `is_within`: the same for
    what depends on the machine's speed, as a ratio to what was measured in the same run. Only what is not
    within its bound fails.
    """

    label: str
    measured: str
    polling: str = ""
    target: str = ""
    is_met: bool | None = None
    bound: str = ""
    is_within: bool | None = None


def show(title: str, rows: list[Row]) -> int:
    """Print the rows and give the exit code: 1 when something was not within its bound."""
    print(f"\n{title}")
    print(_line(("", "measured", "polling", "target", "", "bound here")))
    for row in rows:
        met = {True: "met", False: "missed", None: ""}[row.is_met]
        within = {True: "kept", False: "EXCEEDED", None: ""}[row.is_within]
        print(_line((row.label, row.measured, row.polling, row.target, met, f"{row.bound} {within}")))
    return int(any(row.is_within is False for row in rows))


def _line(cells: tuple[str, ...]) -> str:
    label, measured, polling, target, met, bound = cells
    first, second, third, fourth, fifth = WIDTHS
    figures = f"{label:<{first}} {measured:>{second}} {polling:>{third}}"
    return f"  {figures}   {target:<{fourth}} {met:<{fifth}} {bound}".rstrip()
