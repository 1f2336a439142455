"""Writes what sessions of AI tools did as the logs that those tools keep, in their real shape and with fixed bytes."""
