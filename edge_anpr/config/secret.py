"""Files that hold a secret."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from edge_anpr.config.paths import SomePath


def _found(file: Path) -> Path:
    """Where systemd puts what LoadCredential= names: systemd.exec(5)."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) / file if folder and file.name == str(file) else file


SecretFile = Annotated[SomePath, AfterValidator(_found)]
"""A path; or a bare name such as mqtt, for a secret that the service was given."""
