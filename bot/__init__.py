"""Charter Oak's core: the law as data, understanding, answers, safety. Imports no framework."""
