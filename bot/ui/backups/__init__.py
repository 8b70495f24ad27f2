"""Views, flows, embeds and the chart of backups."""
