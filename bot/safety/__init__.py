"""Safety before everything: who is in danger, and what they are told, without the law store."""
