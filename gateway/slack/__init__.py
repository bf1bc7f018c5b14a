"""Slack: the advocate's desk. Mentions, direct messages, the law command, guided questions in a window, the Home tab."""
