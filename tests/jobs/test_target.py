import pytest

from jobs.target import BadTarget, Target, TargetRules, read_target

RULES = TargetRules()
HOME = TargetRules(development=True)


def test_an_address_is_read_as_its_certificate_and_its_host_header_want_it() -> None:
    assert read_target("https://Hooks.Example.org./a/b?c=d", RULES) == Target(
        "https", "hooks.example.org", 443, "/a/b?c=d"
    )
    assert read_target("https://example.org", RULES).authority == "example.org"
    ports = TargetRules(frozenset({443, 8443}))
    assert read_target("https://example.org:8443/x", ports).authority == "example.org:8443"
    assert read_target("https://[2606:4700:4700::1111]/", RULES).authority == "[2606:4700:4700::1111]"


def test_an_international_name_is_written_in_ascii() -> None:
    assert read_target("https://mairie-évry.fr/crochet", RULES).host == "xn--mairie-vry-h7a.fr"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org@10.0.0.1/",
        "https://example.org/#part",
        "https://example.org:22/",
        "https://example.org:8443/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[64:ff9b::a00:1]/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://example/",
        "https://example..org/",
        "https://-example.org/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org\\@10.0.0.1/",
        "https://example.org/\r\nX-More: 1",
        "https://example.org/é",
        "https://exa\u200bmple.org:x/é",
        "https://" + "a" * 64 + ".org/",
        "https://example.org/" + "a" * 2_000,
    ],
)
def test_an_address_that_may_be_read_in_two_ways_or_points_inside_is_refused(url: str) -> None:
    with pytest.raises(BadTarget) as refused:
        read_target(url, RULES)
    assert "example" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_developer_may_name_this_machine_on_any_port_and_nobody_elses(host: str) -> None:
    assert read_target(f"http://{host}:4000/x", HOME).port == 4000
    for url in ("http://example.org/", "https://10.0.0.1/", "https://example.org:4000/", "http://169.254.169.254/"):
        with pytest.raises(BadTarget):
            read_target(url, HOME)


@pytest.mark.parametrize(
    ("address", "inside", "at_home"),
    [("8.8.8.8", True, True), ("127.0.0.1", False, True), ("10.0.0.1", False, False), ("nonsense", False, False)],
)
def test_what_a_name_resolves_to_is_judged_by_the_same_rules(address: str, inside: bool, at_home: bool) -> None:  # noqa: FBT001
    assert RULES.reaches(address) is inside
    assert HOME.reaches(address) is at_home
