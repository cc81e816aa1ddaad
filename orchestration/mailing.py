"""Sending a day's recap with the settings of this home. What a mail is and how it is sent belongs to `reports`."""

from collections.abc import Sequence
from datetime import date

from orchestration.settings import MailList, Settings, SettingsError
from reports.deliver import DeliveryError, Receipt, SmtpSettings
from reports.mail import MailError
from reports.post import MailingList, post


class MailingError(Exception):
    """Some recipients are left without the mail, or perhaps without it; the message names them and why."""


def send_recap(
    settings: Settings,
    day: date,
    recipients: Sequence[str] = (),
    dry_run: bool = False,
    list_name: str | None = None,
    force: bool = False,
) -> str:
    """Send the recap of `day` to every list, to one, or to `recipients` in a list's place; one line says what became of it.

    `force` repeats what may have arrived. Raises SettingsError where host, list or recipients are missing, MailingError
    where a recipient did not get it; the other lists are served before.
    """
    recap = settings.paths.recaps / str(day)
    if not (recap / "email.eml").exists():
        raise MailingError(
            f"there is no recap of {day} in {settings.paths.recaps}: run `tidemark run --day {day}` first"
        )
    if dry_run:
        return f"{day}: nothing sent, the mail is {recap / 'email.eml'}"
    if not settings.mail.host:
        raise SettingsError(
            "mail.host: set [mail] host in tidemark.toml to send; until then the .eml on disk is the mail"
        )
    smtp = SmtpSettings(**settings.mail.model_dump(exclude={"to", "lists"}))
    told, left = [], []
    for each in _lists(settings, recipients, list_name):
        to = MailingList(each.name, each.recipients, each.unsubscribe, each.timezone)
        try:
            told.append(_told(each.name, post(recap, to, smtp, settings.paths.mail, force=force)))
        except (MailingError, DeliveryError, MailError) as error:
            left.append(f"{each.name}: {error}")
    if left:
        raise MailingError("; ".join(f"{day}: {line}" for line in [*left, *told]))
    return f"{day}: " + "; ".join(told)


def _lists(settings: Settings, recipients: Sequence[str], name: str | None) -> list[MailList]:
    """The lists to send to; addresses given by hand take the place of the members of one."""
    lists = [each for each in settings.mail.every_list if name in (None, each.name)]
    if name and not lists:
        raise SettingsError(f"mail.lists: no list is called {name}")
    if recipients:
        base = lists[0] if lists else MailList(name="daily")
        return [base.model_copy(update={"recipients": tuple(recipients)})]
    served = [each for each in lists if each.recipients]
    if not served:
        raise SettingsError("mail.to: set [mail] to in tidemark.toml, or name recipients with --to")
    return served


def _told(name: str, receipt: Receipt) -> str:
    if not receipt.ok:
        left = [outcome for outcome in receipt.outcomes if outcome.status not in ("accepted", "sent before")]
        words = "; ".join(f"{outcome.recipient}: {outcome.status} {outcome.reply}".rstrip() for outcome in left)
        hint = (
            " (it may have arrived; `tidemark send --again` repeats it)"
            if receipt.with_status("unknown", "uncertain before")
            else ""
        )
        raise MailingError(words + hint)
    sent, before = receipt.with_status("accepted"), receipt.with_status("sent before")
    revision = receipt.edition.revision
    return (
        f"{name}: sent to {len(sent)}"
        + (f", {len(before)} had it before" if before else "")
        + (f", correction {revision}" if revision > 1 else "")
    )
