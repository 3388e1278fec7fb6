"""Whether the service has a database, for commands that look into it."""

from pathlib import Path

from edge_anpr.errors import StorageFailed


def is_there(file: Path) -> bool:
    """Opened without asking, it would be made, and belong to the wrong user.

    Raises StorageFailed where there is no right to look.
    """
    try:
        file.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageFailed(
            f"{file}: cannot be opened ({(error.strerror or str(error)).lower()}); "
            "run this with sudo, or check storage.folder."
        ) from error
    return True
