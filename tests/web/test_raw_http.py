"""Clients that speak HTTP badly, or stop in the middle, cost nobody anything."""

import json
import socket
from typing import Any, BinaryIO

import httpx2
import pytest

from tests.factories.webhooks import raw_alert
from tests.journey.service_process import ServiceProcess

POST = b"POST /alerts/grafana HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def talk(service: ServiceProcess, sent: bytes, *, listen: bool = True) -> bytes:
    """Send the bytes as they are; give the answer, or hang up at once."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(sent)
        if not listen:
            return b""
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while data := connection.recv(65_536):
            received += data
        return received


@pytest.mark.parametrize(
    "sent",
    [
        # Gone in the middle of the body.
        POST + b"Content-Length: 1000\r\n\r\n{",
        CHUNKED + b"5\r\n{",
        # Gone in the middle of the head, and before it.
        POST,
        b"",
        # No HTTP at all, and another protocol's first words.
        b"\x00\x01\x02\x03",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"EHLO mail.example\r\n",
        # Lengths that are none.
        POST + b"Content-Length: -5\r\n\r\n{}",
        POST + b"Content-Length: many\r\n\r\n{}",
        CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
        # A header beyond all measure.
        POST + b"X-Long: " + b"x" * 300_000 + b"\r\n\r\n",
    ],
)
@pytest.mark.parametrize("listen", [True, False])
def test_broken_request_is_refused_and_the_next_is_served(
    sent: bytes, listen: bool, service: ServiceProcess, client: httpx2.Client
) -> None:
    try:
        answer = talk(service, sent, listen=listen)
    except OSError:
        # The server hung up before it had read all; by then there may be no connection left to shut down.
        answer = b""
    assert not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 5")), answer
    assert b"Traceback" not in answer
    assert client.get("/health").status_code == 200
    assert "Traceback" not in service.output()


@pytest.mark.parametrize(
    ("beginning", "more"),
    [
        # Headers, one header and an address that do not end.
        (b"GET /health HTTP/1.1\r\n", b"X-Long: " + b"x" * 8_000 + b"\r\n"),
        (b"GET /health HTTP/1.1\r\nX-Long: ", b"x" * 8_000),
        (b"GET /", b"x" * 8_000),
        # The same behind a body.
        (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-Long: " + b"x" * 8_000 + b"\r\n"),
    ],
)
def test_head_that_does_not_end_is_cut_off(beginning: bytes, more: bytes, service: ServiceProcess) -> None:
    """Else one connection without any secret fills the memory."""
    with (
        socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection,
        pytest.raises(ConnectionError),
    ):
        send_much(connection, beginning, more)


def send_much(connection: socket.socket, beginning: bytes, more: bytes) -> None:
    connection.sendall(beginning)
    for _ in range(10_000):
        connection.sendall(more)


BODY = json.dumps({"version": "1", "alerts": [raw_alert()]}).encode()
WHOLE = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


def answers(service: ServiceProcess, *pieces: bytes, wanted: int = 1) -> list[tuple[int, dict[str, Any]]]:
    """Send the pieces one by one on one connection; give status and JSON of as many answers."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        stream = connection.makefile("rb")
        return [_one_answer(stream) for _ in range(wanted)]


def _one_answer(stream: BinaryIO) -> tuple[int, dict[str, Any]]:
    status = int(stream.readline().split()[1])
    head = dict(line.strip().lower().split(b": ", 1) for line in iter(stream.readline, b"\r\n"))
    return status, json.loads(stream.read(int(head[b"content-length"])))


@pytest.mark.parametrize("pieces", [1, 2, 3, len(WHOLE)], ids=["whole", "two", "three", "every byte alone"])
def test_request_gets_the_same_answer_in_however_many_pieces_it_comes(
    pieces: int, service: ServiceProcess
) -> None:
    size = -(-len(WHOLE) // pieces)
    cut = [WHOLE[start : start + size] for start in range(0, len(WHOLE), size)]
    [(status, answer)] = answers(service, *cut)
    assert (status, answer["success"], len(answer["alertIds"])) == (200, True, 1)


def test_requests_sent_without_waiting_are_answered_in_their_order(service: ServiceProcess) -> None:
    chunked = CHUNKED + b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"
    refused = POST + b"Content-Length: 2\r\n\r\n[]"
    health = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    given = answers(service, WHOLE + refused + health + chunked + WHOLE, wanted=5)
    assert [status for status, _ in given] == [200, 422, 200, 200, 200]
    assert given[2][1]["status"] == "ok"


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (
            b"POST /alerts/grafana HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n",
            415,
            "wrong_content_type",
        ),
        (
            b"POST /alerts/grafana HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\n",
            403,
            "unknown_host",
        ),
        (
            b"PATCH /alerts/grafana HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
            405,
            "method_not_allowed",
        ),
    ],
)
def test_whole_request_is_checked_like_any_other(
    head: bytes, status: int, code: str, service: ServiceProcess
) -> None:
    [(given, answer)] = answers(service, head + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)
    assert (given, answer["error"]["code"]) == (status, code)


def test_connection_that_asked_for_its_end_is_closed_after_the_answer(service: ServiceProcess) -> None:
    closing = WHOLE.replace(b"Host:", b"Connection: close\r\nHost:")
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(closing)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert received.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in received.lower()
