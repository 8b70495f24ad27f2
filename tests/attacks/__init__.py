"""What somebody may try who has some access, had it once, or has it elsewhere; played on the simulator."""
