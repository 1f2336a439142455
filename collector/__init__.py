"""Reads the world, writes rows; knows nothing of charts."""
