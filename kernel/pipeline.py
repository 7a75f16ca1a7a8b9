"""A PostgreSQL connection in pipeline mode: statements go out one after the other, and answers are waited for once.

It speaks to libpq through ``psycopg.pq``: a cursor for each statement cost more than the database's own work
(docs/adr/0017-one-request.md). Everything that was sent is answered before anything is believed: a statement that
failed is raised when the pipeline is settled, and the server skips what came after it.
"""

import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.pq.abc import PGresult

from kernel.prepared import Pending, Prepared

_FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_ABORTED, pq.ExecStatus.BAD_RESPONSE)
_SYNCED = pq.ExecStatus.PIPELINE_SYNC
_BINARY = 1


class _Sent:
    """A message whose answer is awaited: what it prepares, or whose rows it touches, or gives."""

    __slots__ = ("pending", "prepares", "result")

    def __init__(self, prepares: bytes | None = None, pending: Pending | None = None) -> None:
        self.prepares = prepares
        self.pending = pending
        self.result: PGresult | None = None


class Pipeline:
    """Send statements without waiting, in the pipeline mode of a connection; one a connection, for its whole life."""

    def __init__(self, driver: psycopg.Connection[Any], *, prepare: bool) -> None:
        self._driver = driver
        self._libpq = driver.pgconn
        self._known: set[bytes] | None = set() if prepare else None
        """The names prepared on this connection; None to prepare nothing."""
        self._sent: list[_Sent] = []
        self._is_waiting = False
        self._is_entered = False
        self._poll = select.poll()
        self._poll.register(self._libpq.socket, select.POLLIN)
        self._libpq.nonblocking = 1

    @property
    def is_quiet(self) -> bool:
        """Tell whether the server said nothing unasked: a connection that it has closed has something to read."""
        return not self._poll.poll(0)

    def enter(self) -> None:
        """Enter pipeline mode."""
        self._libpq.enter_pipeline_mode()
        self._is_entered = True

    def send(self, prepared: Prepared, given: Mapping[str, Any], pending: Pending | None = None) -> _Sent:
        """Send a statement; ``pending`` is told how many rows it touched."""
        values, libpq = prepared.values(given), self._libpq
        if self._known is None:
            libpq.send_query_params(prepared.text, values, prepared.oids, prepared.formats, _BINARY)
        else:
            if prepared.name not in self._known and all(one.prepares != prepared.name for one in self._sent):
                libpq.send_prepare(prepared.name, prepared.text, prepared.oids)
                self._sent.append(_Sent(prepares=prepared.name))
            libpq.send_query_prepared(prepared.name, values, prepared.formats, _BINARY)
        sent = _Sent(pending=pending)
        self._sent.append(sent)
        return sent

    def settle(self) -> None:
        """Wait for all answers. Raises what the first failing statement raised."""
        if not self._sent:
            return
        # Interrupted from here on, the connection's state is unknown: ``leave`` then closes it.
        self._is_waiting = True
        self._libpq.pipeline_sync()
        failure: psycopg.Error | None = None
        for sent, result in zip(self._sent, self._answers(), strict=True):
            if result.status in _FAILED:
                failure = failure or _error_of(result)
                continue
            sent.result = result
            if sent.prepares is not None and self._known is not None:
                self._known.add(sent.prepares)
            if sent.pending is not None:
                sent.pending.rows += result.command_tuples or 0
        self._sent.clear()
        self._is_waiting = False
        if isinstance(failure, errors.InvalidSqlStatementName) and self._known is not None:
            self._known.clear()  # Somebody took them from the server: the next transaction prepares them again.
        if failure is not None:
            raise failure

    def rows(self, prepared: Prepared, given: Mapping[str, Any]) -> list[Any]:
        """Send a statement, wait for all answers and return its rows. Raises what the first failing one raised."""
        return prepared.rows(self._answer(prepared, given))

    def ask(self, prepared: Prepared, given: Mapping[str, Any]) -> Callable[[], list[Any]]:
        """Send a statement; its rows are waited for, with all that was sent since, when they are called for."""
        sent = self.send(prepared, given)
        return lambda: prepared.rows(self._settled(sent))

    def status(self, prepared: Prepared) -> bytes | None:
        """Send a word without parameters, wait for all answers and return what the server says it did."""
        return self._answer(prepared, {}).command_status

    def leave(self) -> None:
        """Leave pipeline mode, having waited for all answers. Raises what the first failing statement raised."""
        try:
            if not self._is_waiting:
                self.settle()
        finally:
            self._is_entered = False
            if self._is_waiting:
                self._driver.close()
            else:
                self._libpq.exit_pipeline_mode()

    def abandon(self) -> None:
        """Leave pipeline mode at the end, whatever state the transaction is in: it is about to be rolled back."""
        if self._is_entered:
            with suppress(psycopg.Error):
                self.leave()

    def _answer(self, prepared: Prepared, given: Mapping[str, Any]) -> PGresult:
        return self._settled(self.send(prepared, given))

    def _settled(self, sent: _Sent) -> PGresult:
        if sent.result is None:
            self.settle()
        if sent.result is None:
            raise errors.InFailedSqlTransaction
        return sent.result

    def _answers(self) -> Iterator[PGresult]:
        """Yield one answer for each statement, in their order, until the sync's own."""
        libpq = self._libpq
        self.push()
        while True:
            while libpq.is_busy():
                self._poll.poll()
                libpq.consume_input()
            result = libpq.get_result()
            if result is None:
                raise psycopg.OperationalError
            if result.status == _SYNCED:
                return
            yield result
            # Nothing stands between the answers of two statements. It is there with the first of them, and not asked
            # about: each question whether an answer is whole hands the interpreter to whoever waits for it.
            if libpq.get_result() is not None:
                raise psycopg.OperationalError

    def push(self) -> None:
        """Write out what is buffered: the server begins with it, whatever the program does meanwhile.

        Answers are read with it: a server whose answers nobody takes stops reading.
        """
        libpq = self._libpq
        while libpq.flush():
            self._poll.modify(libpq.socket, select.POLLIN | select.POLLOUT)
            for _, event in self._poll.poll():
                if event & ~select.POLLOUT:
                    libpq.consume_input()
            self._poll.modify(libpq.socket, select.POLLIN)


def _error_of(result: PGresult) -> psycopg.Error:
    """Return the error that the server told, by its class and its own words: its detail may quote values."""
    state = result.error_field(pq.DiagnosticField.SQLSTATE)
    text = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"a statement before it failed"
    try:
        kind = errors.lookup("" if state is None else state.decode())
    except KeyError:
        kind = psycopg.DatabaseError
    return kind(text.decode(errors="replace"))
