"""Records that other tools keep of who wrote which lines."""
