"""Open data by territory, and how many contacts a territory has. No route leads from a figure to a person."""

import dataclasses
from operator import itemgetter
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from accounts.scopes import CAMPAIGN_READ, CAMPAIGN_WRITE, CONTACTS_LIST
from api.answers import json_answer, no_content
from api.caller import caller_of
from api.describe import gives, needs, refuses, takes
from api.paging import DEFAULT, Cursor, Limit, Listing, page_of_registry
from api.repeat import MAY_REPEAT, REPEAT_REFUSALS, made_once
from api.requests import read_body
from api.wire_governance import Named
from api.wire_territory import Cells, Counted, Datasets, Figures, NewDataset, NewFigures
from contacts.cells import count_cells
from territories import datasets
from territories.areas import area_of

router = APIRouter(tags=["campaign"])
Area = Annotated[
    str | None, Query(pattern=r"^(commune|station|iris)/[0-9A-Z_-]{5,20}$", examples=["station/75056_0012"])
]


@router.get(
    "/v1/datasets",
    summary="List open data",
    responses=gives(200, Datasets, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_datasets(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
    """List the open data that the campaign brought in, oldest first."""
    caller = caller_of(request, CAMPAIGN_READ)
    listing = Listing("/v1/datasets", limit)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        numbered = [*enumerate(datasets.list_datasets(processing), 1)]
        page, following = page_of_registry(processing, listing, cursor, numbered, itemgetter(0))
    return listing.answer("datasets", [dataclasses.asdict(one) for _, one in page], following)


@router.post(
    "/v1/datasets",
    status_code=201,
    summary="Register open data",
    responses=gives(201, Named, "Idempotency-Replayed")
    | refuses("forbidden-attribute", *REPEAT_REFUSALS, "conflict", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE, MAY_REPEAT) | takes(NewDataset),
)
def add_dataset(request: Request) -> Response:
    """Register a source of open data; its figures are sent afterwards."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    new = datasets.NewDataset(**read_body(request, NewDataset).model_dump())
    with caller.register.open(caller.actor, caller.purpose) as processing:
        made, headers = made_once(processing, request, lambda: datasets.add_dataset(processing, new))
    return json_answer({"id": made}, 201, headers)


@router.delete(
    "/v1/datasets/{dataset}",
    status_code=204,
    summary="Remove open data",
    responses=gives(204, None) | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CAMPAIGN_WRITE),
)
def remove_dataset(request: Request, dataset: UUID) -> Response:
    """Remove a dataset with its figures."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    with caller.register.open(caller.actor, caller.purpose) as processing:
        datasets.remove_dataset(processing, dataset)
    return no_content()


@router.put(
    "/v1/datasets/{dataset}/figures",
    summary="Send figures",
    responses=gives(200, Counted) | refuses("forbidden-attribute", "not-found", "conflict", body=True),
    openapi_extra=needs(CAMPAIGN_WRITE) | takes(NewFigures),
)
def put_dataset_figures(request: Request, dataset: UUID) -> Response:
    """Keep figures of communes, polling stations or IRIS, in place of earlier ones; nothing smaller is taken."""
    caller = caller_of(request, CAMPAIGN_WRITE)
    body = read_body(request, NewFigures)
    figures = [
        datasets.Figure(area_of(one.commune or "", one.station or "", one.iris or ""), one.measure, one.figure)
        for one in body.figures
    ]
    with caller.register.open(caller.actor, caller.purpose) as processing:
        kept = datasets.add_figures(processing, dataset, figures)
    return json_answer({"count": kept})


@router.get(
    "/v1/datasets/{dataset}/figures",
    summary="Read figures",
    responses=gives(200, Figures, "Link") | refuses("not-found", "invalid-input"),
    openapi_extra=needs(CAMPAIGN_READ),
)
def get_dataset_figures(
    request: Request, dataset: UUID, area: Area = None, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Response:
    """Read the figures of a dataset, or of one area of it."""
    caller = caller_of(request, CAMPAIGN_READ)
    listing = Listing(f"/v1/datasets/{dataset}/figures", limit, {"area": area})
    with caller.register.open(caller.actor, caller.purpose) as processing:
        after = listing.place(processing, cursor)
        found = datasets.read_figures(processing, dataset, area, (after[0], after[1]) if after else None, limit)
        following = listing.cursor(processing, [found[-1].area, found[-1].measure] if found else after)
    return listing.answer("figures", [dataclasses.asdict(one) for one in found], following)


@router.get(
    "/v1/cells",
    summary="Count contacts by territory",
    responses=gives(200, Cells, "Link") | refuses("invalid-input"),
    openapi_extra=needs(CONTACTS_LIST),
)
def get_cells(
    request: Request,
    grain: Literal["commune", "polling_station"] = "polling_station",
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Count the usable contacts of each commune or polling station that has enough; `cell_minimum` of GET /v1/law."""
    caller = caller_of(request, CONTACTS_LIST)
    listing = Listing("/v1/cells", limit, {"grain": grain})
    with caller.register.open(caller.actor, caller.purpose) as processing:
        cells = count_cells(processing, grain)
        page, following = page_of_registry(
            processing, listing, cursor, cells, lambda one: [one.commune, one.polling_station or ""]
        )
    return listing.answer("cells", [dataclasses.asdict(one) for one in page], following)
