"""Turns the facts of a store into answers: verdicts, shares with bounds, and the way down from a figure."""
