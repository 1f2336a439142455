"""What agents' own logs say: one module per log shape, each found by its `find` and `read` (docs/add-a-log.md)."""
