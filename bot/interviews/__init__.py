"""Guided interviews: one question at a time to a reasoned result. Routing and words are content; the law is in ``rules``."""
