"""Views, embeds and the chart of servers."""
