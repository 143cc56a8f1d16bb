"""`python -m quizapp` is `quiz`."""

from quizapp.cli import main

main()
