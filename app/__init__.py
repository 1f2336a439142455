"""Shows: the command line and the dashboard. No SQL, no git, no arithmetic beyond formatting."""
