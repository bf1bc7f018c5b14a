"""Keeps TensorFlow out of the process: nothing in config.yml uses it, yet Rasa imports it at start.

TensorFlow alone is 7 s and 375 MB of Rasa's start. The modules below are imported by Rasa's command line
and component registry whether or not a pipeline names them; a stand-in takes the place of each.
``tests/test_domain.py`` refuses a component of theirs in config.yml while this holds.
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


class _StandIn(ModuleType):
    """A module that has whatever class or function is asked of it, and none that does anything."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


def without_tensorflow() -> None:
    """Put the stand-ins in place. To be called before anything imports ``rasa.__main__``."""
    for name in STAND_INS:
        sys.modules.setdefault(name, _StandIn(name))
    # Rasa calls these two at start; they have nothing to set up now.
    sys.modules["rasa.utils.tensorflow.environment"].setup_tf_environment = lambda: None  # type: ignore[attr-defined]
    sys.modules["rasa.utils.tensorflow.environment"].check_deterministic_ops = lambda: None  # type: ignore[attr-defined]
