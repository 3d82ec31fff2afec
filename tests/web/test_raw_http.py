"""Clients that speak HTTP badly, or stop in the middle, cost nobody anything."""

import socket

import httpx2
import pytest

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
