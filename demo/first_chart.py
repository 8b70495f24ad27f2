"""Starts the chart worker before a chart is requested: the first one takes seconds."""

import io


def warm_up() -> bytes:
    """Load what draws, in the worker that stays, and draw something small."""
    from matplotlib.figure import Figure

    picture = io.BytesIO()
    figure = Figure()
    figure.subplots().set_title("0")
    figure.savefig(picture, format="png")
    return picture.getvalue()
