"""The version of symdl, in one place."""

VERSION = "0.1.0"
