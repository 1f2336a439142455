"""Git histories, read hardened and as streams."""
