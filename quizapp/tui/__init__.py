"""The screens. They bind keys to a sitting and render what it says; they hold no rules."""
