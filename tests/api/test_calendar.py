"""The calendar over HTTP."""

from uuid import uuid4

from tests.api.serving import Server
from tests.campaigns.icalendar_reader import read_icalendar


def test_the_calendar_is_told_as_data_and_as_a_file(server: Server) -> None:
    election = str(server.campaigns[0].election)
    told = server.ask("GET", f"/v1/calendar?election={election}")
    assert told.status_code == 200
    [found] = told.json()["elections"]
    assert (found["election"]["id"], found["researched"]) == (election, True)
    dates = {one["id"]: one for one in found["dates"]}
    assert (dates["account"]["on"], dates["account"]["articles"]) == ("2027-05-21", ["code électoral, art. L52-12"])
    assert dates["silence"]["begins"].startswith("2027-03-12T10:00:00")  # No place is known: that of everywhere.
    ics = {"Accept": "text/calendar"}
    file = server.ask("GET", f"/v1/calendar?election={election}&lang=en", headers=ics)
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    events = read_icalendar(file.content)
    assert {event["UID"].partition("@")[0] for event in events} == {f"{election}.{name}" for name in dates}
    assert "Silence period (Municipales)" in {event["SUMMARY"] for event in events}
    assert server.ask("GET", f"/v1/calendar?election={uuid4()}").status_code == 404
    assert server.ask("GET", "/v1/calendar?lang=de").status_code == 422


def test_an_election_is_added_with_the_places_where_people_vote(server: Server) -> None:
    body = {"title": "Partielle", "type": "municipal", "first_round": "2020-03-15", "places": ["97105"]}
    made = server.ask("POST", "/v1/elections", body, purpose="administration", campaign=1)
    assert (made.status_code, made.json()["places"]) == (201, ["97105"])
    answer = server.ask("GET", f"/v1/calendar?election={made.json()['id']}", campaign=1).json()
    dates = {one["id"]: one for one in answer["elections"][0]["dates"]}
    assert dates["silence"]["begins"].startswith("2020-03-14T04:00:00")
    refused = server.ask("POST", "/v1/elections", {**body, "places": ["nulle_part"]}, campaign=1)
    assert refused.status_code == 422
