"""``make bench``: every measurement in one run, so that their ratios hold on whatever machine this is."""

from bench import (
    dossier,
    eligibility,
    import_people,
    import_rows,
    interactions,
    record,
    requests,
    retention,
    startup,
    token_flood,
)


def main() -> None:
    """Measure everything."""
    startup.measure()
    requests.measure(requests.REQUESTS)
    token_flood.measure()
    import_rows.measure(import_rows.ROWS)
    import_people.measure(import_people.ROWS)
    interactions.measure()
    eligibility.measure(eligibility.CONTACTS)
    dossier.measure()
    retention.measure()
    record.main()


if __name__ == "__main__":
    main()
