"""``make bench``: every measurement in one run, so that their ratios hold on whatever machine this is."""

from bench import import_rows, record, requests, startup


def main() -> None:
    """Measure everything."""
    startup.measure()
    requests.measure(requests.REQUESTS)
    import_rows.measure(import_rows.ROWS)
    record.main()


if __name__ == "__main__":
    main()
