"""Open data over HTTP."""

from tests.api.serving import Server

NEW = {"name": "Législatives", "kind": "result", "source": "https://example.org", "obtained_on": "2026-11-01"}


def test_open_data_come_in_are_read_page_by_page_and_removed(server: Server) -> None:
    made = server.ask("POST", "/v1/datasets", NEW)
    assert made.status_code == 201
    place = f"/v1/datasets/{made.json()['id']}"
    assert made.json()["id"] in [one["id"] for one in server.listed("/v1/datasets")]
    votes = [{"commune": "75056", "station": "12", "measure": name, "figure": 3} for name in "BCA"]
    assert server.ask("PUT", f"{place}/figures", {"figures": votes}).json() == {"count": 3}
    assert server.ask("PUT", f"{place}/figures", {"figures": [{"measure": "A", "figure": 1}]}).status_code == 422
    page = server.ask("GET", f"{place}/figures?limit=2&area=station/75056_0012").json()
    assert [one["measure"] for one in page["figures"]] == ["A", "B"]
    rest = server.ask("GET", f"{place}/figures?limit=2&area=station/75056_0012&cursor={page['next']}").json()
    assert rest["figures"] == [{"area": "station/75056_0012", "measure": "C", "figure": 3.0}]
    assert server.ask("DELETE", place).status_code == 204
    assert server.ask("GET", f"{place}/figures").status_code == 404
    assert server.entries("territory.removed")


def test_cells_are_counted_and_the_counting_is_in_the_log(server: Server) -> None:
    answer = server.ask("GET", "/v1/cells?grain=commune")
    assert answer.status_code == 200
    assert all(one["contacts"] >= 10 for one in answer.json()["cells"])
    assert server.entries("cell.counted")


def test_a_turf_is_drawn_and_what_came_of_visits_is_counted(server: Server) -> None:
    place = {"commune": "75056", "polling_station": "0099"}
    address = {"number": "3", "street": "rue des Lilas", "postcode": "75020", "city": "Paris"}
    new = server.proposed(last_name="Turpin", first_names="Anne", address=address) | place
    contact = server.ask("POST", "/v1/contacts", new).json()["id"]
    turf = server.ask("POST", "/v1/turfs", place, purpose="canvassing").json()
    assert ([contact] in [door["contacts"] for door in turf["doorsteps"]], turf["unopened"]) == (True, 0)
    assert server.ask("POST", "/v1/turfs", {"polling_station": "0099"}, purpose="canvassing").status_code == 422
    visits = server.ask("GET", "/v1/visits/cells?since=2026-01-01T00:00:00Z&grain=commune")
    assert (visits.status_code, [one for one in visits.json()["cells"] if one["contacts"] < 10]) == (200, [])
    assert server.ask("GET", "/v1/visits/cells?since=hier").status_code == 422
