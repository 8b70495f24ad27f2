"""Views, flows, cards and the chart of backups."""
