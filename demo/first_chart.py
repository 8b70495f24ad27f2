"""Starts the chart worker before a chart is requested: the first one takes seconds."""

from bot.ui.kit import chart_canvas


def warm_up() -> bytes:
    """Load what draws, in the worker that stays, and draw something small."""
    figure = chart_canvas.new_figure(chart_canvas.WIDTH, chart_canvas.WIDE)
    figure.subplots().set_title("0")
    return chart_canvas.png(figure)
