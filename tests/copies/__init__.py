"""Copy targets: Quetzal against real storage services, stand-ins that fail, and published examples."""
