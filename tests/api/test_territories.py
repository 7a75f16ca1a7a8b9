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
