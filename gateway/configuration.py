"""What a deployer can set, as a page: ``python -m gateway.configuration > docs/configuration.md``."""

from __future__ import annotations

from dataclasses import dataclass

from bot import secret_files
from gateway.settings import Settings


@dataclass(frozen=True)
class Variable:
    """A variable of the environment: what it means and what holds without it."""

    name: str
    means: str
    usual: str = ""


_S = Settings()
GROUPS: dict[str, tuple[Variable, ...]] = {
    "Where it listens": (
        Variable("PORT", "The gateway's port: the only one that faces people.", "8000"),
        Variable("GATEWAY_HOST", "The address that the gateway listens on. Set it only behind a reverse proxy that ends TLS.", "127.0.0.1"),
        Variable("RASA_PORT", "Rasa's port on this machine.", "5005"),
        Variable("RASA_URL", "Where the gateway finds Rasa, where that is not this machine.", _S.rasa_url),
        Variable("ACTIONS_PORT", "The action server's port on this machine.", "5055"),
        Variable("INTERNAL_HOST", "The address that Rasa and the action server listen on as replicas (`charter-oak run rasa`). "
                                  "Set it only on a network that nobody else reaches: neither asks who is calling.", "127.0.0.1"),
        Variable("ACTIONS_URL", "Where Rasa finds the action server, where that is not this machine.", "http://127.0.0.1:5055"),
    ),
    "Side by side, as replicas": (
        Variable("REDIS_URL", "The Redis that gateways and Rasa workers share: `redis://host:6379/0`, `rediss://`, `unix:///path`. Every key in it "
                              "expires. Redis 6.2 or later, without files (`save \"\"`, `appendonly no`: else `/readyz` says 503) and with "
                              "`maxmemory-policy volatile-lru`. "
                              "It needs `GATEWAY_SECRET`.", "each process keeps its own, in memory"),
        Variable("OPTOUTS_REDIS_URL", "Another Redis, for who opted out of texts, and nothing else: with `appendonly yes`, `appendfsync always` and "
                                      "`maxmemory-policy noeviction`. It needs `SMS_OPTOUT_KEY`. With `REDIS_URL`, text messages need it.",
                 "a file in `STATE_DIR`"),
    ),
    "Who may reach it": (
        Variable("PUBLIC_URL", "The address that people and webhooks use, such as `https://bot.example.org`, without a path. "
                               "Until it is set, requests from this machine itself are not limited.", "unset"),
        Variable("EMBED_ORIGINS", "The sites that may embed the chat, with commas between them: `https://charity.example.org`. "
                                  "No path and no `*`; a mistake stops the start.", "none"),
        Variable("TRUSTED_PROXIES", "How many reverse proxies stand in front, each of which appends the address that it saw to "
                                    "`X-Forwarded-For`. What stands further left in that header is never read.", str(_S.trusted_proxies)),
        Variable("OPERATOR", "Who runs this copy: shown on `/about`, `/privacy` and `/terms`.", "unset"),
        Variable("OPERATOR_CONTACT", "How to reach them, shown there too.", "unset"),
    ),
    "How long and how much": (
        Variable("GATEWAY_SECRET", "The key that signs session tokens. Replicas share it.", "made at each start"),
        Variable("CONVERSATION_IDLE_SECONDS", "After how many unused seconds a conversation is gone.", f"{_S.idle:.0f}"),
        Variable("CONVERSATION_SECONDS", "After how many seconds a conversation is gone in any case.", f"{_S.absolute:.0f}"),
        Variable("MAX_CONVERSATIONS", "How many conversations are held at once; those unused longest end first. "
                                      "With `REDIS_URL`, its `maxmemory` decides.", str(_S.most_sessions)),
        Variable("RATE_PER_SESSION", "Messages a minute of one conversation; 0: no limit. Nobody in danger is limited.", str(_S.per_session)),
        Variable("RATE_PER_ADDRESS", "Requests a minute of one address prefix (/24, /56): a shelter shares one; 0: no limit.", str(_S.per_address)),
        Variable("RATE_IN_ALL", "Requests a minute in all; 0: no limit.", str(_S.in_all)),
    ),
    "Text messages and Slack": (
        Variable("TWILIO_AUTH_TOKEN", "The token that signs Twilio's webhooks. Without it, no text message is taken.", "unset"),
        Variable("SMS_OPTOUT_KEY", "Hashes the numbers that opted out, at least 32 characters. Replicas share it.",
                 "made once and kept in `STATE_DIR`"),
        Variable("RATE_PER_SENDER", "Text messages a minute of one phone; 0: no limit. Nobody in danger is limited.", str(_S.per_sender)),
        Variable("SLACK_SIGNING_SECRET", "The secret that signs Slack's requests. Without it, none is taken.", "unset"),
        Variable("SLACK_BOT_TOKEN", "The token with which answers go back to Slack.", "unset"),
        Variable("SLACK_TEAM_IDS", "The workspaces that may ask, with commas between them; none unless named.", "none"),
        Variable("SLACK_API_URL", "Where Slack's Web API is; another address in tests.", _S.slack_api_url),
    ),
    "Running it": (
        Variable("SUNSET", "`on` closes the service: every channel says so and gives the numbers, and someone in danger is answered as always. "
                           "A file named `sunset` in `STATE_DIR` does the same without a restart.", "off"),
        Variable("LEAVE_SECONDS", "For how long a gateway that was asked to end still refuses in words. Set it to some seconds behind a balancer.",
                 f"{_S.linger:.0f}"),
        Variable("LOG_TURNS", "What is written of each turn: `plain` (how it ended, in no order), `off`, or `topics` (what it was about too), "
                              "which is refused where `PUBLIC_URL` is set.", _S.log_turns),
        Variable("METRICS_PORT", "The port that Prometheus reads. See [operations](operations.md).", "none"),
        Variable("METRICS_HOST", "The address of that port. Let nobody reach it but Prometheus.", _S.metrics_host),
        Variable("USAGE_COUNTS", "`on` counts by the month which subjects are answered, fall back or are said not to help, for "
                                 "`charter-oak report`. See [operations](operations.md#learning-from-use).", "off"),
        Variable("METRICS_SMALLEST_GROUP", "How many conversations have to share a subject before it is counted out, for metrics those of one day, "
                                           "for the report those of a month; never fewer.",
                 str(_S.smallest_group)),
    ),
    "Where things lie": (
        Variable("CHARTER_OAK_HOME", "The folder of what is made here: the store, the model, logs, who opted out of text messages. "
                                     "What follows lies in it unless it is named by itself.",
                 "the repository; for an installed release the user's folder for data, such as `~/.local/share/charter-oak`"),
        Variable("STATE_DIR", "The one folder that outlives a restart: who opted out of text messages, and with `USAGE_COUNTS` "
                              "the counts of months.", "`.state`"),
        Variable("CHARTER_OAK_CONTENT", "The folder with the law and the words.", "`content` of the repository or the release"),
        Variable("CHARTER_OAK_LAW_DB", "The compiled store.", "`build/law.db`"),
        Variable("CHARTER_OAK_OFFICIAL_DB", "The official text that was loaded on this machine, if any.", "`.state/official.db`"),
        Variable("CHARTER_OAK_LOGS", "The folder for what the three processes say; never a word of those who ask.", "`build/logs`"),
    ),
}


def as_markdown() -> str:
    """The page, a table a group."""
    parts = [
        "# Configuration\n",
        "Everything is set by variables of the environment, read once at the start. Nothing has to be set to try the bot on one's own\n"
        "machine. A value that cannot be meant stops the start with one line that says why.\n",
        "A secret may be a file instead, as Compose, systemd and Kubernetes hand it over: `GATEWAY_SECRET_FILE=/run/secrets/gateway_secret`\n"
        f"stands for `GATEWAY_SECRET`. So it is for {', '.join(f'`{name}`' for name in secret_files.NAMES)}.\n",
        "Made by `python -m manual docs/configuration.md`; a test fails where it is out of date.\n",
    ]
    for heading, variables in GROUPS.items():
        parts += [f"## {heading}\n", "| variable | what it means | without it |", "|---|---|---|"]
        parts += [f"| `{variable.name}` | {variable.means} | {variable.usual} |" for variable in variables]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    print(as_markdown(), end="")
