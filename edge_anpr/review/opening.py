"""The reviewer that is configured."""

from edge_anpr.config.review import ReviewConfig
from edge_anpr.errors import ConfigError
from edge_anpr.review import Reviewer


def open_reviewer(config: ReviewConfig) -> Reviewer:
    """Does not speak to it yet; raise ConfigError."""
    try:
        # Not everyone installs its 86 MB.
        from edge_anpr.review.google_vision import open_cloud_vision  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            f"review needs Google's library ({error}); install it: "
            "pip install 'edge-anpr[cloud]', or on a board deploy/install.sh again."
        ) from error
    return open_cloud_vision(config)
