"""Repositories whose true answer is known: stories (one trap each) and a generated organisation."""
