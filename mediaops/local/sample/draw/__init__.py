"""Procedural pictures: each function draws one picture from a random generator and says what it shows."""
