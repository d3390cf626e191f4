"""Orphans and their clean-up: thin, typed calls to the functions of the database, which decide everything."""
