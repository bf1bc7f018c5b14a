"""Whether text messages and Slack are set up as a whole, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.errors import ContentError
from bot.law.content import read_yaml
from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong

_HEX = re.compile(r"[0-9a-f]{32}")


def texts(deployment: Deployment) -> Iterator[Finding]:
    """Twilio's token and the address that Twilio posts to."""
    token, url = deployment.settings.twilio_auth_token, deployment.settings.public_url
    if not token:
        yield fine("Text messages are off: TWILIO_AUTH_TOKEN is not set.")
        return
    if not url:
        yield wrong("TWILIO_AUTH_TOKEN is set and PUBLIC_URL is not, so no text message is taken.", "Set PUBLIC_URL; Twilio posts there.")
    elif not url.startswith("https://"):
        yield wrong("Twilio would post people's words to an address that is not https.", "Put a reverse proxy with TLS in front.")
    else:
        yield fine(f"Text messages are on. Twilio's console has to name {url}/sms/twilio.")
    if not _HEX.fullmatch(token):
        yield warning("TWILIO_AUTH_TOKEN does not look like one of Twilio's, which are 32 letters a to f and digits.",
                      "Copy the account's auth token from Twilio's console, not an API key.")


def slack(deployment: Deployment) -> Iterator[Finding]:
    """Slack's secret, token and workspaces; its scopes, where Slack may be asked."""
    secret, token = deployment.settings.slack_signing_secret, deployment.settings.slack_bot_token
    if not secret and not token:
        yield fine("Slack is off: SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN are not set.")
        return
    if not (secret and token):
        missing = "SLACK_BOT_TOKEN" if secret else "SLACK_SIGNING_SECRET"
        yield wrong(f"Slack is half set up: {missing} is not set, so Slack is off.", f"Set {missing} too; see docs/slack.md.")
        return
    if not deployment.settings.slack_teams:
        yield wrong("Slack is on, and SLACK_TEAM_IDS names no workspace, so nobody is answered.", "Set SLACK_TEAM_IDS to the workspace's id (T...).")
    odd = sorted(team for team in deployment.settings.slack_teams if not re.fullmatch(r"[TE][A-Z0-9]+", team))
    if odd:
        yield wrong(f"SLACK_TEAM_IDS names {', '.join(odd)}, which is no workspace's id.", "Copy it from the workspace's address.")
    if not token.startswith("xoxb-"):
        yield wrong("SLACK_BOT_TOKEN is no bot token: those start with xoxb-.", "Copy the Bot User OAuth Token from the app's page.")
    elif deployment.online:
        yield from _scopes(deployment, token)
    if not _HEX.fullmatch(secret):
        yield warning("SLACK_SIGNING_SECRET does not look like one of Slack's, which are 32 letters a to f and digits.",
                      "Copy it from the app's Basic Information.")


def _scopes(deployment: Deployment, token: str) -> Iterator[Finding]:
    """What Slack lets the token do, against what the manifest asks for."""
    try:
        needed = set(read_yaml(deployment.root / "deploy" / "slack-manifest.yml")["oauth_config"]["scopes"]["bot"])
        answer = WebClient(token, base_url=deployment.settings.slack_api_url, timeout=10).auth_test()
    except (SlackClientError, OSError, ContentError, KeyError) as error:
        yield wrong(f"Slack did not confirm the token ({type(error).__name__}).", "Check SLACK_BOT_TOKEN, and that the app is installed.")
        return
    listed = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), "")
    missing = needed - {scope.strip() for scope in str(listed).split(",")}
    if missing:
        yield wrong(f"The token lacks what the app needs: {', '.join(sorted(missing))}.",
                    "Update the app from deploy/slack-manifest.yml and install it again.")
    elif deployment.settings.slack_teams and answer.get("team_id") not in deployment.settings.slack_teams:
        yield wrong("The token is of a workspace that SLACK_TEAM_IDS does not name.", "Add its id, or use the other workspace's token.")
    else:
        yield fine("Slack confirms the token and everything that it needs.")
