"""quizapp: spaced repetition whose answers are computed live by the libraries they are about."""

__version__ = "0.1.0"
