"""The books in the terminal: statements, transactions and budgets."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.client import Api
from daemon.cli.drawing import escape, verbatim
from daemon.cli.frame import api, err, listing, out, show
from daemon.cli.ids import quoted
from daemon.cli.mail import JSON
from domain.errors import AlfredError, CannotBe, Invalid, NotFound

if TYPE_CHECKING:
    from rich.console import Console

PASSWORD_VARIABLE = "ALFRED_STATEMENT_PASSWORD"
PAGE = 500
SHOWN = 50
BEGINNING = "1970-01-01"
Row = Mapping[str, Any]
GIVEN = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input")]
MONTH = Annotated[str, typer.Option("--month", help="Only this month: YYYY-MM")]
group = typer.Typer(help="Bank statements: read them, list them, fill in the past.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="statements")
    app.command()(transactions)
    app.command()(budgets)


@group.command("import")
def import_statements(
    files: Annotated[list[Path], typer.Argument(help="PDF, CSV, OFX, MT940 or CAMT.053")],
    password_stdin: GIVEN = False,
    currency: Annotated[str, typer.Option("--currency", help="What tables are in that name none: EUR")] = "",
    as_json: JSON = False,
) -> None:
    """Read statements that you have as files; what does not add up is set aside, with the reason."""
    password = _password() if password_stdin else os.environ.get(PASSWORD_VARIABLE, "")
    entered: list[Row] = []
    refused = 0
    with api() as reached:
        for file in files:
            try:
                entered += _sent(reached, file, password, currency)
            except (AlfredError, OSError) as error:
                refused += 1
                err().print(f"[red]{escape(str(file))}: {escape(_why(error))}[/red]")
    if entered or as_json:
        show({"items": entered}, as_json, _draw_statements)
    if refused:
        raise typer.Exit(1)


def _why(error: AlfredError | OSError) -> str:
    asks = isinstance(error, AlfredError) and error.code == "no_currency"
    return f"{error}: --currency EUR" if asks else str(error)


def _sent(reached: Api, file: Path, password: str, currency: str) -> list[Row]:
    content = base64.b64encode(file.read_bytes()).decode()
    body = {"filename": file.name, "content": content, "password": password, "currency": currency}
    items: list[Row] = reached.call("POST", "/api/finance/statements", body)["items"]
    return items


@group.command("list")
def list_statements(as_json: JSON = False) -> None:
    """List every statement and what became of it, the newest first."""
    with api() as reached:
        page = reached.call("GET", "/api/finance/statements")
    show(page, as_json, _draw_statements)


@group.command()
def unlock(password_stdin: GIVEN = False, as_json: JSON = False) -> None:
    """Try a password on every statement that waits for one; it is kept where it opens something."""
    password = _password() if password_stdin else os.environ.get(PASSWORD_VARIABLE, "") or _asked()
    with api() as reached:
        page = reached.call("POST", "/api/finance/statements/unlock", {"password": password})
    show(page, as_json, _draw_unlocked)


@group.command()
def keywords(
    words: Annotated[str, typer.Argument(help="Letters of the wording")] = "",
    category: Annotated[str, typer.Option("--category", help="What they mean, such as groceries")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Forget these words")] = False,
    as_json: JSON = False,
) -> None:
    """List your own keywords for transactions; with words, set what they mean or forget them."""
    with api() as reached:
        page = reached.call("GET", "/api/finance/keywords")
        if words:
            rules = _changed(page["items"], words, category, remove=remove)
            page = reached.call("PUT", "/api/finance/keywords", {"items": rules})
    show(page, as_json, _draw_keywords)


def _changed(rules: Sequence[Row], words: str, category: str, *, remove: bool) -> list[Row]:
    """Return the rules with these words meaning that, in their old place where they had one."""
    if remove == bool(category):
        raise Invalid("say --category NAME, or --remove", where="words")
    known = [each["words"].casefold() for each in rules]
    place = known.index(words.casefold()) if words.casefold() in known else len(rules)
    if remove and place == len(rules):
        raise NotFound(f"{words!r} is none of your keywords")
    fresh = [] if remove else [{"words": words, "category": category}]
    return [*rules[:place], *fresh, *rules[place + 1 :]]


@group.command()
def senders(
    sender: Annotated[str, typer.Argument(help="An address, or a domain and all below it")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Believe it no more; what is in the books stays")] = False,
    as_json: JSON = False,
) -> None:
    """List whose statements are believed; with an address or a domain, believe that too, or no more."""
    with api() as reached:
        page = reached.call("GET", "/api/finance/senders")
        if sender:
            page = _without(reached, page["items"], sender) if remove else _believing(reached, sender)
    show(page, as_json, _draw_senders)


def _believing(reached: Api, sender: str) -> Row:
    page: Row = reached.call("POST", "/api/finance/senders", {"sender": sender})
    return page


def _without(reached: Api, known: Sequence[str], sender: str) -> Row:
    if sender not in known:
        raise NotFound(f"{sender!r} is none of your banks' senders")
    reached.call("DELETE", f"/api/finance/senders/{quoted(sender)}")
    page: Row = reached.call("GET", "/api/finance/senders")
    if sender in page["items"]:
        raise CannotBe(f"your settings name {sender}: take it out of books.senders, and restart Alfred")
    return page


@group.command()
def fill() -> None:
    """Fill in a year of statements from your mail; a second call goes on where the first stopped."""
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[months]}"),
    )
    with api() as reached, Progress(*columns, console=out()) as progress:
        bar = progress.add_task("Statements", total=None, months="")
        for at in _filling(reached):
            said = f"{at['found']} found" + (f", now {at['month']}" if at["month"] else "")
            months = f"{at['done']} of {at['total']} months looked through" if at["total"] else ""
            progress.update(bar, completed=at["done"], total=at["total"] or None, description=said, months=months)
    if at["total"] == 0:
        raise CannotBe("there is nowhere to look: name your banks' addresses in books.senders, and connect your mail")
    if at["error"]:
        raise CannotBe(f"it stopped, and goes on from there: {at['error']}")


def _filling(reached: Api) -> Iterator[Row]:
    at: Row = reached.call("GET", "/api/finance/filling")
    yield at
    while at["running"] and not at["error"]:
        at = reached.call("POST", "/api/finance/filling", {})
        yield at


def transactions(
    month: MONTH = "",
    search: Annotated[str, typer.Option("--search", help="Words of the wording, or a merchant")] = "",
    as_json: JSON = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write all of them as CSV")] = False,
    written: Annotated[str, typer.Option("--format", help="Write all of them as csv, ledger or beancount")] = "",
) -> None:
    """List transactions, the newest first, with what each was for."""
    with api() as reached:
        if form := written or ("csv" if as_csv else ""):
            query = {"format": form, "month": month, "since": "" if month else BEGINNING, "q": search}
            sys.stdout.write(reached.call("GET", "/api/finance/export", query=query))
            return
        page = _transactions(reached, month, search, limit=PAGE if as_json or month else SHOWN)
    show(page, as_json, _draw_transactions)


def _transactions(reached: Api, month: str, search: str, limit: int) -> Row:
    """Return the newest page; one of `PAGE` is followed by all the others."""
    query: dict[str, Any] = {"month": month, "q": search, "limit": limit}
    found: list[Row] = []
    while True:
        page = reached.call("GET", "/api/finance/transactions", query=query)
        found += page["items"]
        if page["next_cursor"] is None or limit < PAGE:
            return {"items": found, "next_cursor": page["next_cursor"]}
        query["cursor"] = page["next_cursor"]


def budgets(month: MONTH = "", as_json: JSON = False) -> None:
    """Tell how far each monthly budget is used up, and where it will end."""
    with api() as reached:
        page = reached.call("GET", "/api/finance/budgets", query={"month": month})
    show(page, as_json, _draw_budgets)


def _password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Invalid("no password came", where="--password-stdin")
    return password


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Invalid(f"say --password-stdin, or set {PASSWORD_VARIABLE}", where="password")
    return str(typer.prompt("Password", hide_input=True))


def _draw_statements(console: Console, page: Row) -> None:
    table = listing(console, "Until", "Bank", "Account", "Closing", "State", flexible={"State"})
    for each in page["items"]:
        closing = _money(each["closing"], each["currency"]) if each["closing"] is not None else ""
        state = each["state"].replace("_", " ") + (f": {each['reason']}" if each["reason"] else "")
        bank = each["bank"] or each["filename"]
        table.add_row(each["end"] or "", verbatim(bank), verbatim(each["account"]), closing, escape(state))
    console.print(table if page["items"] else "There are no statements yet.")


def _draw_senders(console: Console, page: Row) -> None:
    console.print(
        "\n".join(map(escape, page["items"])) or "No bank is named yet, so no statement in your mail is believed."
    )


def _draw_unlocked(console: Console, page: Row) -> None:
    """Draw what became of each, and what to do with files that were given by hand, as no copy of them is kept."""
    if not page["items"]:
        console.print("No statement waits for a password; this one is kept for those to come.")
        return
    _draw_statements(console, page)
    for each in page["items"]:
        if each["state"] == "needs_password" and each["message_id"] is None:
            name = verbatim(each["filename"])
            console.print(f"{name} was given by hand, and no copy is kept. Import it again with its password:")
            console.print(f"  alfred statements import --password-stdin {name}")


def _draw_keywords(console: Console, page: Row) -> None:
    table = listing(console, "Words", "Category", flexible={"Words"})
    for each in page["items"]:
        table.add_row(verbatim(each["words"]), each["category"])
    console.print(table if page["items"] else "You have no keywords of your own; those that come with Alfred count.")


def _draw_transactions(console: Console, page: Row) -> None:
    table = listing(console, "Date", "What", "Amount", "Category", flexible={"What"})
    for each in page["items"]:
        what = verbatim(each["merchant"] or each["description"])
        table.add_row(each["date"], what, _money(each["amount"], each["currency"]), each["category"])
    console.print(table if page["items"] else "There are no transactions.")
    if page["next_cursor"]:
        console.print("[dim]There is more: --month, --search, or --csv for all of them.[/dim]")


def _draw_budgets(console: Console, page: Row) -> None:
    items: Sequence[Row] = page["items"]
    for each in items:
        colour = {"ok": "green", "warning": "yellow", "passed": "red"}[each["level"]]
        spent, limit = (_money(each[name]["amount"], each[name]["currency"]) for name in ("spent", "limit"))
        ahead = each["projected"]
        more = ahead is not None and ahead != each["spent"]
        ends = f", heading for {_money(ahead['amount'], ahead['currency'])}" if more else ""
        share = f"[{colour}]{each['share']:.0%}[/{colour}]"
        others = " and ".join(_money(other["amount"], other["currency"]) for other in each["not_counted"])
        besides = f", and {others}, not counted" if others else ""
        console.print(f"{verbatim(each['category'])} in {each['month']}: {spent} of {limit} ({share}){ends}{besides}")
    if not items:
        console.print("There are no budgets. Tell Alfred: “tell me if dining passes RM 2,000”.")


def _money(amount: str, currency: str) -> str:
    return f"{currency} {Decimal(amount):,}"
