"""Speed and memory, compared in one run. `make bench` runs all, `make bench ARGS="client"` one."""
