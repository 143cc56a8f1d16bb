"""The pure heart: cards, questions, answers and the schedule. No I/O, no clock, no global random."""
