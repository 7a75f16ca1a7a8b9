"""What the forms share by which somebody signs up: the boxes that are open, and what was typed."""

from api.pages.visit import Visit, form_of
from notices.publish import read_published
from signups.boxes import box_of, boxes, in_order, is_list
from signups.forms import read_form
from signups.wish import ADDRESS, Wish

_MOST = 300


def typed_wish(visit: Visit, *, canvasser: str = "") -> Wish:
    """Return what was typed and ticked; a box that is none is left out."""
    form = form_of(visit.request)
    typed = ("email", "phone", "first_names", "last_name", *ADDRESS)
    told = {name: (form.get(name) or [""])[0].strip()[: _MOST + 1] for name in typed}
    channels = tuple(in_order(one for one in form.get("channels", ()) if one in boxes() or is_list(one)))
    return Wish(language=visit.language, channels=channels, canvasser=canvasser, **told)


def takes_texts(visit: Visit) -> bool:
    """Tell whether there is a gateway of text messages."""
    return bool(visit.installation.settings.sms_url)


def form_values(visit: Visit) -> dict[str, object]:
    """Return what the forms show: the boxes of the open form, and the notice in force. Raises NotFound without one."""
    with visit.installation.database.directory() as reading:
        reading.enter(visit.campaign)
        form, notice = read_form(reading, visit.campaign), read_published(reading, visit.campaign)
    chosen = list(map(box_of, form.boxes))
    told = [
        {
            "channel": one.channel,
            "text": (one.text.fr if visit.language == "fr" else one.text.en).replace("{controller}", visit.owner),
        }
        for one in chosen
    ]
    asked = {one.asks for one in chosen}
    address = f"{visit.public_url.rstrip('/')}/notices/{visit.campaign}/{notice.number}?lang={visit.language}"
    return {
        "boxes": told,
        "asks_phone": "phone" in asked or takes_texts(visit),
        "texts": takes_texts(visit),
        "asks_address": "address" in asked,
        "notice_address": address,
    }
