"""Serve a drawn clip by RTSP; run it with the Python that has GStreamer's binding.

The picture shows the time as sixteen black or white bars, so that whoever receives it
can tell how old it is.
"""

import sys
import time

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import (  # type: ignore[import-not-found]  # noqa: E402
    GLib,
    Gst,
    GstRtspServer,
)

WIDTH, HEIGHT, FPS, BARS = 256, 96, 15, 16


class Clip(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]
    """Frames that tell the monotonic clock in steps of 1/FPS of a second."""

    def do_create_element(self, _url: object) -> Gst.Element:
        return Gst.parse_launch(
            f"appsrc name=source is-live=true format=time do-timestamp=true "
            f"caps=video/x-raw,format=GRAY8,width={WIDTH},height={HEIGHT},"
            f"framerate={FPS}/1 ! videoconvert ! video/x-raw,format=I420 ! "
            f"x264enc tune=zerolatency speed-preset=ultrafast key-int-max={FPS} "
            "threads=1 ! rtph264pay name=pay0 config-interval=1"
        )

    def do_configure(self, media: GstRtspServer.RTSPMedia) -> None:
        source = media.get_element().get_by_name_recurse_up("source")
        GLib.timeout_add(1000 // FPS, push, source)


def push(source: Gst.Element) -> bool:
    number = int(time.monotonic() * FPS) & 0xFFFF
    row = b"".join(
        (b"\xf0" if number >> bar & 1 else b"\x10") * (WIDTH // BARS)
        for bar in range(BARS)
    )
    buffer = Gst.Buffer.new_wrapped(row * HEIGHT)
    return bool(source.emit("push-buffer", buffer) == Gst.FlowReturn.OK)


def serve(port: str, user: str, password: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    clip = Clip()
    clip.set_shared(True)
    if user:
        protect(server, clip, user, password)
    server.get_mount_points().add_factory("/clip", clip)
    server.attach(None)
    print("ready", flush=True)  # noqa: T201
    GLib.MainLoop().run()


def protect(
    server: GstRtspServer.RTSPServer, clip: Clip, user: str, password: str
) -> None:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    clip.set_permissions(permissions)


if __name__ == "__main__":
    serve(*sys.argv[1:])
