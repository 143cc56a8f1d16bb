"""The built-in pack's verifiers: a module a subject, each function putting one question to the library it is about."""
