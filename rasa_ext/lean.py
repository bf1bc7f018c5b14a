"""Keeps out of the process what Rasa imports at start though nothing here uses it, TensorFlow before all.

TensorFlow alone is 7 s and 375 MB of Rasa's start. The modules below are imported by Rasa's command line
and registries whether or not a configuration names them; a stand-in takes the place of each.
``tests/test_domain.py`` refuses a component of theirs in config.yml, and a channel in credentials.yml, while this holds.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

STAND_INS = (
    "rasa.nlu.classifiers.diet_classifier",
    "rasa.nlu.selectors.response_selector",
    "rasa.core.policies.ted_policy",
    "rasa.core.policies.unexpected_intent_policy",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "rasa.utils.tensorflow.callback",
    "rasa.utils.tensorflow.data_generator",
    "rasa.utils.tensorflow.environment",
)

# Channels of others (each with its own client library), the evaluation with its plots, and prompts at a terminal.
NEVER_USED = (
    *(f"rasa.core.channels.{name}" for name in ("socketio", "telegram", "twilio", "twilio_voice", "webexteams", "slack", "mattermost")),
    "rasa.nlu.test",
    "questionary",
    "prompt_toolkit",
    "prompt_toolkit.styles",
)


class _StandIn(ModuleType):
    """A module that has whatever class or function is asked of it, and none that does anything."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # Rasa lists its channels by the name that each class gives.
        made = type(name, (), {"__module__": self.__name__, "name": classmethod(lambda cls: cls.__module__)})
        setattr(self, name, made)
        return made


def without_tensorflow() -> None:
    """Put the stand-ins in place. To be called before anything imports ``rasa.__main__``."""
    for name in (*STAND_INS, *NEVER_USED):
        sys.modules.setdefault(name, _StandIn(name))
    # Rasa calls these two at start; they have nothing to set up now.
    sys.modules["rasa.utils.tensorflow.environment"].setup_tf_environment = lambda: None  # type: ignore[attr-defined]
    sys.modules["rasa.utils.tensorflow.environment"].check_deterministic_ops = lambda: None  # type: ignore[attr-defined]
