import pytest

from kernel.errors import Misconfigured, NotFound
from policy.vendor_flags import flags, meaning_of, read_flags

TABLE = """
nationbuilder email_opt_in true        -> claimed email
nationbuilder email_opt_in false       -> unknown
nationbuilder mobile_opt_in 1          -> claimed sms call
nationbuilder unsubscribed_at 2025-01-02 -> withdrawn email dated
nationbuilder unsubscribed_at .        -> unknown
nationbuilder do_not_call true         -> refused call
nationbuilder do_not_call X            -> refused call
nationbuilder do_not_call false        -> unknown
nationbuilder federal_donotcall true   -> refused call
nationbuilder do_not_contact true      -> objection
nationbuilder banned_at 2024-05-05     -> objection dated
nationbuilder email_is_bad true        -> unusable email
nationbuilder is_mobile_bad true       -> unusable sms call
van subscriptionStatus S               -> claimed email
van subscriptionStatus U               -> withdrawn email
van subscriptionStatus .               -> unknown
van subscriptionStatus Subscribed      -> claimed email
van subscriptionStatus Unsubscribed    -> withdrawn email
van smsOptInStatus Opt-In              -> claimed sms
van smsOptInStatus Opt-Out             -> refused sms
van smsOptInStatus Unknown             -> unknown
van phoneOptInStatus Opt-In            -> claimed call
van phoneOptInStatus Opt-Out           -> refused call
van phoneOptInStatus I                 -> claimed call
van phoneOptInStatus O                 -> refused call
van phoneOptInStatus U                 -> unknown
van smsOptInStatus I                   -> claimed sms
van smsOptInStatus O                   -> refused sms
van smsOptInStatus U                   -> unknown
van suppressions NC                    -> refused call
van suppressions NE                    -> refused email
van suppressions NM                    -> refused post
van suppressions NW                    -> refused door
salesforce HasOptedOutOfEmail true     -> refused email
salesforce HasOptedOutOfEmail false    -> unknown
salesforce HasOptedOutOfFax true       -> unknown
salesforce DoNotCall true              -> refused call
salesforce ContactPointTypeConsent OptIn  -> claimed
salesforce ContactPointTypeConsent OptOut -> refused
salesforce ContactPointTypeConsent Seen   -> unknown
salesforce ContactPointTypeConsent NotSeen -> unknown
salesforce HasOptedOutProcessing true  -> objection
salesforce HasOptedOutSolicit true     -> objection
salesforce HasOptedOutProfiling true   -> refused online_targeting
salesforce HasOptedOutTracking true    -> refused online_targeting
salesforce HasOptedOutGeoTracking true -> refused online_targeting
salesforce ShouldForget true           -> request erasure
salesforce SendIndividualData true     -> request access
osdi email_status subscribed           -> claimed email
osdi email_status unsubscribed         -> withdrawn email
osdi email_status bouncing             -> unusable email
osdi email_status previous_bounce      -> unusable email
osdi email_status spam_complaint       -> withdrawn email
osdi email_status previous_spam_complaint -> withdrawn email
osdi sms_status subscribed             -> claimed sms
osdi sms_status unsubscribed           -> withdrawn sms
osdi do_not_call true                  -> refused call
osdi sms_capable true                  -> unknown
mobilize sms_opt_in_status OPT_IN      -> claimed sms
mobilize sms_opt_in_status OPT_OUT     -> refused sms
mobilize sms_opt_in_status UNSPECIFIED -> unknown
mobilize blocked_date 2025-03-03       -> objection dated
civicrm is_opt_out 1                   -> withdrawn email
civicrm do_not_email 1                 -> refused email
civicrm do_not_phone 1                 -> refused call robocall
civicrm do_not_mail 1                  -> refused post
civicrm do_not_sms 1                   -> refused sms
civicrm do_not_trade 1                 -> no_disclosure
bsd cons_email.is_subscribed 1         -> claimed email
bsd cons_email.is_subscribed 0         -> withdrawn email
bsd cons_phone.is_subscribed 1         -> claimed call
bsd cons_phone.is_subscribed 0         -> withdrawn call
bsd is_banned 1                        -> objection
qomon accepts Yes                      -> claimed
qomon refuse Yes                       -> refused
qomon accepts .                        -> unknown
qomon refuse .                         -> unknown
qomon black_list true                  -> objection
action_populaire newsletters LFI       -> claimed email
action_populaire subscribed_sms True   -> unknown
en_marche subscriptionTypes subscribed_emails_weekly_letter -> claimed email
en_marche emailUnsubscribedAt 2023-06-01 -> withdrawn email dated
en_marche agreedToTreatPersonalData false -> anonymous
generic accepts_email oui              -> claimed email
generic accepts_email non              -> unknown
generic accepts_sms x                  -> claimed sms
generic accepts_call yes               -> claimed call
"""


def rows() -> list[tuple[str, str, str, str]]:
    found = []
    for line in TABLE.strip().splitlines():
        asked, _, told = line.partition("->")
        vendor, field, value = asked.split()
        found.append((vendor, field, "" if value == "." else value, told.strip()))
    return found


def test_every_flag_of_every_vendor_means_what_the_table_says() -> None:
    for vendor, field, value, told in rows():
        # The words of OSDI have blanks; in the table they are joined.
        spaced = value.replace("_", " ") if field == "email_status" else value
        meaning = meaning_of(vendor, field, spaced)
        right = [meaning.right] if meaning.right else []
        words = [meaning.effect, *meaning.channels, *right, *(["dated"] if meaning.dated else [])]
        assert " ".join(words) == told, (vendor, field, value)


def test_no_flag_is_without_a_row() -> None:
    assert {(vendor, field) for vendor, field, _, _ in rows()} == set(flags())


def test_no_opt_in_of_a_tool_is_more_than_claimed() -> None:
    effects = {meaning.effect for values in flags().values() for meaning in values.values()}
    assert not effects & {"given", "confirmed", "proven"}


def test_a_flag_nobody_knows_is_not_read() -> None:
    with pytest.raises(NotFound, match="no such flag"):
        meaning_of("nationbuilder", "karma", "1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[flag]]\nvendor = "a"\nfield = "b"\nvalues = { x = 1 }', "x is no table"),
        ('[[flag]]\nvendor = "a"\nfield = "b"\nvalues = { x = { effect = "given" } }', "not one of claimed"),
        ('[[flag]]\nvendor = "a"\nfield = "b"\nvalues = {}\n' * 2, "said twice"),
        ("other = 1", "unknown key"),
    ],
)
def test_a_table_that_is_wrong_is_refused(text: str, told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        read_flags(text)
