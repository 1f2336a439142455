"""The store: the ledger that one process writes, and the snapshots that everyone else reads."""
