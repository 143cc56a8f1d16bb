"""`quiz verify` and `quiz audit`: cards and claims put to the libraries, without a learner and without a store."""
