"""Sizes that several places share."""

LONGEST_MESSAGE = 2_000  # characters of one message that are read as a question
