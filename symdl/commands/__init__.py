"""The commands of the command line: each has `arguments(parser)` and `run(options)`."""
