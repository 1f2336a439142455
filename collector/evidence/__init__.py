"""Pure judging: records in, Evidence out; no disk, no clock, no SQL."""
