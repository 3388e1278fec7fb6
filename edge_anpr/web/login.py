"""Log in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from edge_anpr.web.guard import Guard, address, own_path
from edge_anpr.web.words import duration


def pages(guard: Guard) -> Blueprint:
    blueprint = Blueprint("login", __name__)

    @blueprint.get("/login")
    def show() -> ResponseReturnValue:
        return _form("operator")

    @blueprint.post("/login")
    def log_in() -> ResponseReturnValue:
        refuse_guessing(guard)
        name, password = request.form.get("name", ""), request.form.get("password", "")
        if not guard.log_in(name.strip(), password):
            return _form(name, "Name or password is wrong."), 403
        return redirect(own_path(request.args.get("next", "")))

    @blueprint.post("/logout")
    def log_out() -> ResponseReturnValue:
        guard.log_out()
        flash("You are logged out.")
        return redirect(url_for("status.show"))

    def _form(name: str, fault: str = "") -> str:
        return render_template("login.html", name=name, fault=fault)

    return blueprint


def refuse_guessing(guard: Guard) -> None:
    """Raise TooManyRequests."""
    wait_s = guard.logins.tries.wait_s(address())
    if wait_s:
        raise TooManyRequests(
            f"Too many wrong passwords; try again in {duration(wait_s + 1)}.",
            retry_after=int(wait_s) + 1,
        )
