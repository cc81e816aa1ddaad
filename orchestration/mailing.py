"""Sending a day's recap with the settings of this home. What a mail is and how it is sent belongs to `reports`."""

from collections.abc import Sequence
from datetime import date

from orchestration.settings import Settings, SettingsError
from reports.deliver import Receipt, SmtpSettings, send


class MailingError(Exception):
    """Some recipients are left without the mail, or perhaps without it; the message names them and why."""


def send_recap(settings: Settings, day: date, recipients: Sequence[str] = (), dry_run: bool = False) -> str:
    """Send the recap of `day` to the recipients, or to the list of the settings; one line says what became of it.

    Raises SettingsError where host or recipients are missing, MailingError where a recipient did not get it.
    """
    letter = settings.paths.recaps / str(day) / "email.eml"
    if not letter.exists():
        raise MailingError(
            f"there is no recap of {day} in {settings.paths.recaps}: run `tidemark run --day {day}` first"
        )
    if dry_run:
        return f"{day}: nothing sent, the mail is {letter}"
    to = tuple(recipients) or settings.mail.to
    if not settings.mail.host:
        raise SettingsError(
            "mail.host: set [mail] host in tidemark.toml to send; until then the .eml on disk is the mail"
        )
    if not to:
        raise SettingsError("mail.to: set [mail] to in tidemark.toml, or name recipients with --to")
    smtp = SmtpSettings(**settings.mail.model_dump(exclude={"to"}))
    return _told(day, send(letter.read_bytes(), smtp, to, ledger=settings.paths.mail))


def _told(day: date, receipt: Receipt) -> str:
    if not receipt.ok:
        left = [outcome for outcome in receipt.outcomes if outcome.status not in ("accepted", "sent before")]
        raise MailingError(
            "; ".join(f"{day}: {outcome.recipient}: {outcome.status} {outcome.reply}".rstrip() for outcome in left)
        )
    sent, before = receipt.with_status("accepted"), receipt.with_status("sent before")
    return f"{day}: sent to {len(sent)}" + (f", {len(before)} had it before" if before else "")
