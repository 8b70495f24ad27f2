"""Services: what people request, one package per feature. Uses panel, storage, domain; knows no Discord."""
