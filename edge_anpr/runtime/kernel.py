"""What the kernel says in small files."""

from pathlib import Path


def said_in(file: Path) -> str:
    """Without the blanks around it; empty where the kernel does not say."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
