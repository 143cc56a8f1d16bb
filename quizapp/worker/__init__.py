"""Verifiers, run in a process of their own. `client` and `process` are the app's side."""
