"""Settings and credentials to review with."""

from pathlib import Path

from edge_anpr.config.review import ReviewConfig, Transport

KEY = "not-a-real-key"


def api_key_file(folder: Path) -> Path:
    file = folder / "api.key"
    file.write_text(f"{KEY}\n")
    return file


def review_config(
    folder: Path, url: str, transport: Transport = Transport.REST, timeout_s: float = 5
) -> ReviewConfig:
    return ReviewConfig(
        enabled=True,
        api_key_file=api_key_file(folder),
        endpoint=url,
        transport=transport,
        timeout_s=timeout_s,
    )
