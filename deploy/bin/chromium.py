"""Finds or installs a Chromium for the browser journeys and a font with Chinese; writes its path to .state/chromium.

Order: one that is named or there, the system's package manager, Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = ROOT / ".state" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")


MISSING = """No Chromium for the browser tests. Install it, and start again:
  Debian: sudo apt-get install chromium fonts-noto-cjk libatomic1      Ubuntu: google-chrome-stable in place of chromium
  macOS: brew install --cask chromium      or name one in XIAOAN_CHROMIUM."""


def main() -> None:
    if not driver_runs() and not (apt("libatomic1") and driver_runs()):
        sys.exit(f"Playwright does not start here; its Node.js lacks a library of the system (libatomic1?).\n{MISSING}")
    found = next(filter(runs, there()), None) or from_system() or from_playwright()
    if not found:
        sys.exit(MISSING)
    if not speaks_chinese():
        say("a font with Chinese characters")
        if not apt("fonts-noto-cjk") and not apt("fonts-wqy-zenhei"):
            say("no font with Chinese characters: screenshots will show boxes. Install fonts-noto-cjk.")
    MARK.parent.mkdir(exist_ok=True)
    MARK.write_text(f"{found}\n", encoding="utf-8")


def there() -> Iterator[str]:
    """Candidates on this machine, best first."""
    if "XIAOAN_CHROMIUM" in os.environ:
        yield os.environ["XIAOAN_CHROMIUM"]
    if MARK.exists():
        yield MARK.read_text(encoding="utf-8").strip()
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    for place in (Path("/Applications"), Path.home() / "Applications"):
        for app in MAC:
            if (place / app).exists():
                yield str(place / app)
    own = playwright_path()
    if own:
        yield own


def driver_runs() -> bool:
    """Whether Playwright itself starts: its Node.js needs a library that a small system lacks."""
    from playwright._impl._driver import compute_driver_executable  # noqa: PLC0415  slow, and rarely needed

    node = compute_driver_executable()[0]
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


def runs(path: str) -> bool:
    """Whether it starts at all: Ubuntu's /usr/bin/chromium-browser is often a stub that asks for a snap."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and any(name in said.stdout for name in ("Chromium", "Chrome"))


def from_system() -> str | None:
    """From the package manager. Ubuntu's package is a snap stub, which `runs` sorts out."""
    if shutil.which("apt-get"):
        say("Chromium by apt-get")
        apt("chromium")
    elif shutil.which("brew"):
        say("Chromium by brew")
        subprocess.run(["brew", "install", "-q", "--cask", "chromium"], check=False)
    return next(filter(runs, there()), None)


def from_playwright() -> str | None:
    """Playwright's own build; as root with the libraries it needs."""
    say("Chromium by Playwright's download")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if can_be_root():
        command.insert(-1, "--with-deps")
    subprocess.run(command, check=False)
    own = playwright_path()
    return own if own and runs(own) else None


def playwright_path() -> str | None:
    """Where Playwright keeps its Chromium, if it has one."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  slow, and rarely needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def speaks_chinese() -> bool:
    """Whether some installed font has Chinese characters; macOS always has."""
    if sys.platform == "darwin":
        return True
    listed = shutil.which("fc-list")
    return bool(listed and subprocess.run([listed, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def can_be_root() -> bool:
    return os.geteuid() == 0 or bool(
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )


def apt(package: str) -> bool:
    """Install a Debian package if that is possible without asking anybody."""
    if not shutil.which("apt-get") or not can_be_root():
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "-q",
        "--no-install-recommends",
        package,
    ]
    if subprocess.run(install, capture_output=True, check=False).returncode == 0:
        return True
    # The package lists of a fresh container are empty.
    subprocess.run([*prefix, "apt-get", "update", "-q"], capture_output=True, check=False)
    return subprocess.run(install, capture_output=True, check=False).returncode == 0


def say(text: str) -> None:
    print(f"  … {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
