"""What a benchmark says: one line a figure, with the target beside it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `met` is None where a figure only explains another one."""

    label: str
    measured: str
    target: str = ""
    met: bool | None = None


def show(title: str, figures: list[Figure]) -> int:
    """Print the figures as a table and give the exit code: 1 when a target was missed."""
    print(f"\n{title}")
    for figure in figures:
        verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
        print(f"  {figure.label:<58} {figure.measured:>16}   {figure.target:<18} {verdict}")
    return int(any(figure.met is False for figure in figures))
