"""The only importers of Rasa: graph components, channels, the tracker store, how Rasa is started."""
