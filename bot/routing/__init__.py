"""What Rasa is told: the intents, rules and training phrases of the topics and interviews in ``content/``."""
