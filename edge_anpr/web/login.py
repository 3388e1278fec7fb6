"""Log in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from edge_anpr.web.guard import FormTooOld, Guard, address, own_path
from edge_anpr.web.safety import fault
from edge_anpr.web.words import duration

TOO_OLD = "That form was too old, or the browser takes no cookies; log in once more."


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

    @blueprint.errorhandler(FormTooOld)
    def repeat(error: FormTooOld) -> ResponseReturnValue:
        if request.endpoint != "login.log_in":
            return fault(error)
        return _form(request.form.get("name", ""), TOO_OLD), 403

    def _form(name: str, why_again: str = "") -> str:
        return render_template("login.html", name=name, fault=why_again)

    return blueprint


def refuse_guessing(guard: Guard) -> None:
    """Raise TooManyRequests."""
    wait_s = guard.logins.tries.wait_s(address())
    if wait_s:
        raise TooManyRequests(
            f"Too many wrong passwords; try again in {duration(wait_s + 1)}.",
            retry_after=int(wait_s) + 1,
        )
