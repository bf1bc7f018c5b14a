"""The pictures of the tours, taken in a real Chromium of the real bot: ``python -m manual.pictures``. Every question in them is invented.

They are made by hand after a change that shows, since no two machines draw the same letters.
"""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bot import paths
from tests.browser import Chat, launched, site
from tests.running import Bot, start

FOLDER = paths.ROOT / "docs" / "tours" / "pictures"
DEMO = paths.ROOT / "widget" / "demo"
DESK, PHONE = (1000, 720), (390, 860)


def main() -> None:
    """Start the bot and the demonstration site, and take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    with site(folder) as port, start(folder, EMBED_ORIGINS=f"http://127.0.0.1:{port}") as bot, launched() as chromium:
        for file in DEMO.iterdir():
            shutil.copy(file, folder)
        for page in folder.glob("*.html"):
            page.write_text(page.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", bot.url), encoding="utf-8")
        on_a_site(chromium, f"http://127.0.0.1:{port}/")
        on_a_phone(chromium, bot)
        law(chromium, bot)


def on_a_site(chromium: Browser, url: str) -> None:
    """The chat on a charity's page: closed, and with an answer."""
    with Chat(chromium, url, size=DESK) as chat:
        take(chat, "site")
        chat.button("Ask a question").click()
        chat.ask("how long do I have to ask the court to clear my record")
        take(chat, "answer")


def on_a_phone(chromium: Browser, bot: Bot) -> None:
    """On a phone: what someone in danger gets, and a question of an interview."""
    with Chat(chromium, bot.url, size=PHONE, device_scale_factor=1) as chat:
        chat.ask("he is outside my door with a knife")
        take(chat, "danger")
    with Chat(chromium, bot.url, size=PHONE, device_scale_factor=1) as chat:
        chat.ask("could my record be vacated, ask me the questions")
        expect(chat.page.locator("article.card").last).to_be_visible()
        take(chat, "question")


def law(chromium: Browser, bot: Bot) -> None:
    """A section's own page."""
    page = chromium.new_page(viewport={"width": DESK[0], "height": DESK[1]}, reduced_motion="reduce")
    page.goto(f"{bot.url}/law/53a-192a?as_of=2018-01-01")
    keep(page, "law")
    page.close()


def take(chat: Chat, name: str) -> None:
    """Keep what is seen now."""
    chat.page.wait_for_timeout(400)  # until what moves has come to rest
    keep(chat.page, name)


def keep(page: Page, name: str) -> None:
    """The page as a small file."""
    Image.open(BytesIO(page.screenshot())).save(FOLDER / f"{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
