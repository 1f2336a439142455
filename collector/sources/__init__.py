"""Where facts come from: git histories, other tools' records, logs."""
