import re
from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from reports import mail


def parsed(eml: bytes) -> EmailMessage:
    message = message_from_bytes(eml, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def part(message: EmailMessage, subtype: str) -> str:
    found = message.get_body(preferencelist=(subtype,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_a_mail_is_text_first_and_then_html_with_its_pictures(eml: bytes) -> None:
    message = parsed(eml)
    text, related = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    assert [item.get_content_type() for item in related.iter_parts()] == ["text/html", "image/png", "image/png"]


def test_every_cid_of_the_html_is_a_part_with_the_chart_s_bytes(eml: bytes, view: mail.MailView) -> None:
    message = parsed(eml)
    images = {
        str(item["Content-ID"]): item.get_content() for item in message.walk() if item.get_content_maintype() == "image"
    }
    used = re.findall(r'src="cid:([^"]+)"', part(message, "html"))
    assert [f"<{cid}>" for cid in used] == list(images)
    assert list(images.values()) == [chart.png() for chart in view.charts]


def test_the_same_view_gives_the_same_bytes(eml: bytes, view: mail.MailView, headers: mail.MailHeaders) -> None:
    assert mail.build(view, headers) == eml


def test_every_line_ends_in_crlf_and_is_seven_bit(eml: bytes) -> None:
    assert eml.count(b"\n") == eml.count(b"\r\n")
    assert eml.isascii()
    assert max(map(len, eml.split(b"\r\n"))) <= 998


def test_the_message_id_depends_on_the_edition_alone(headers: mail.MailHeaders) -> None:
    edition = headers.edition
    others = [replace(edition, revision=2), replace(edition, list_name="desk"), replace(edition, day=date(2026, 1, 30))]
    assert len({item.message_id() for item in [edition, *others]}) == 4
    assert replace(edition).message_id() == edition.message_id()


def test_the_edition_can_be_read_back(eml: bytes, headers: mail.MailHeaders) -> None:
    assert mail.edition_of(eml) == headers.edition


def test_a_foreign_mail_has_no_edition() -> None:
    with pytest.raises(mail.MailError, match="X-Tidemark-Edition"):
        mail.edition_of(b"Subject: hello\r\n\r\nX-Tidemark-Edition: 2026-01-31 daily r1\r\n")


def test_headers_say_who_when_and_how_to_leave(eml: bytes, view: mail.MailView) -> None:
    message = parsed(eml)
    assert message["Subject"] == view.subject
    assert message["From"] == "Tidemark <recap@example.org>"
    assert message["Date"] == "Sun, 01 Feb 2026 00:00:00 +0000"
    assert message["List-Unsubscribe"] == "<mailto:stop@example.org>"
    assert message["Content-Language"] == "en"


def test_without_a_list_there_is_no_way_to_leave_it(view: mail.MailView, headers: mail.MailHeaders) -> None:
    assert parsed(mail.build(view, replace(headers, list_unsubscribe=None)))["List-Unsubscribe"] is None


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\u2028", "\x0b"])
@pytest.mark.parametrize("field", ["sender", "to", "reply_to", "list_unsubscribe"])
def test_a_header_with_a_line_break_is_rejected(
    view: mail.MailView, headers: mail.MailHeaders, field: str, line_end: str
) -> None:
    with pytest.raises(mail.MailError, match="line break"):
        mail.build(view, replace(headers, **{field: f"a@example.org{line_end}Bcc: b@example.org"}))


def test_a_subject_with_a_line_break_is_rejected(view: mail.MailView, headers: mail.MailHeaders) -> None:
    with pytest.raises(mail.MailError, match="Subject has a line break"):
        mail.build(replace(view, subject="hello\r\nBcc: b@example.org"), headers)


@pytest.mark.parametrize("subject", ["", "x" * 61])
def test_a_subject_is_one_to_sixty_characters(view: mail.MailView, headers: mail.MailHeaders, subject: str) -> None:
    with pytest.raises(mail.MailError, match="subject"):
        mail.build(replace(view, subject=subject), headers)


@pytest.mark.parametrize("name", ["", "a b", "../x", "Ä", "a\nb", "a/b"])
def test_a_list_s_name_is_one_plain_word(name: str) -> None:
    with pytest.raises(mail.MailError):
        mail.Edition(date(2026, 1, 31), name)


def test_a_date_without_a_time_zone_is_rejected(view: mail.MailView, headers: mail.MailHeaders) -> None:
    with pytest.raises(mail.MailError, match="time zone"):
        mail.build(view, replace(headers, date=datetime(2026, 2, 1)))


def test_html_asks_for_nothing_from_outside(eml: bytes) -> None:
    html = part(parsed(eml), "html")
    assert not re.search(r"https?:|data:|//|@import|url\(|<script|<link|href", html.replace("<!doctype", ""))


def test_text_in_the_view_is_never_markup(eml: bytes) -> None:
    html = part(parsed(eml), "html")
    assert "<b>" not in html
    assert "&lt;b&gt;$486M&lt;/b&gt;" in html


def test_html_has_language_title_schemes_and_preheader(eml: bytes, view: mail.MailView) -> None:
    html = part(parsed(eml), "html")
    assert '<html lang="en"' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert re.search(r"<body[^>]*>\s*<div style=\"display:none[^>]*>" + re.escape(view.preheader), html)


def test_styles_are_inlined_where_clients_drop_the_head(eml: bytes) -> None:
    html = part(parsed(eml), "html")
    assert re.search(r'<h1 style="[^"]*font-size: 25px', html)
    assert re.search(r'<td class="name" style="[^"]*font-weight: 700', html)
    assert html.count("<style") == 1


def test_pictures_have_the_finding_as_alternative_text(eml: bytes, view: mail.MailView) -> None:
    alts = re.findall(r'<img[^>]* alt="([^"]+)"', part(parsed(eml), "html"))
    assert alts == [chart.finding for chart in view.charts]


def test_html_that_would_be_clipped_is_refused(view: mail.MailView) -> None:
    with pytest.raises(mail.MailError, match="clip"):
        mail.render_html(replace(view, paragraphs=["x" * 90_000]))


def test_html_stays_far_below_the_clip(eml: bytes) -> None:
    assert len(part(parsed(eml), "html").encode()) < 30_000


def test_the_text_part_says_all_that_the_html_says(eml: bytes, view: mail.MailView) -> None:
    text = " ".join(part(parsed(eml), "plain").split())
    said = [view.headline, *view.takeaways, *view.paragraphs, *view.coverage, *view.footer, view.archive_note]
    said += [words for section in view.sections for words in (section.title, section.text)]
    for sentence in [*said, *(chart.finding for chart in view.charts)]:
        assert " ".join(sentence.split()) in text


def test_the_text_part_is_wrapped_and_its_table_aligned(eml: bytes) -> None:
    text = part(parsed(eml), "plain")
    assert max(map(len, text.splitlines())) <= 72
    assert "Asset   Total  Long share\n-------------------------\nETH    $1.15B         93%" in text


def test_a_short_view_leaves_no_empty_headings(view: mail.MailView) -> None:
    short = replace(view, tables=(), charts=(), coverage=(), takeaways=())
    assert "Charts" not in mail.render_text(short)
    assert "Coverage" not in mail.render_text(short) + mail.render_html(short)
    assert "\n\n\n" not in mail.render_text(short)


def test_simulated_data_says_so_in_both_parts(view: mail.MailView) -> None:
    for render in (mail.render_text, mail.render_html):
        assert mail.SIMULATED in render(replace(view, simulated=True))
        assert mail.SIMULATED not in render(view)
