"""Decks and declarations: YAML files and verifiers' sources, read as data with the place of everything in them.

Nothing here runs what it reads. `reader` reads decks, `declared` reads what verifiers declare; both return every fault
that they find.
"""
