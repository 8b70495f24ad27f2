"""Views, cards, embeds and charts of alerts, the Discord receiver, and the board."""
