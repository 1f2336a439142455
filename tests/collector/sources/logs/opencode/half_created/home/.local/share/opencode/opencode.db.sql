-- CANARY: made, and nothing in it yet
pragma user_version = 1;
