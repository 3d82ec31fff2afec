"""The one maker of HTTP clients, so that all of them time out, say who asks and never retry in secret."""

import httpx2

from issue_intelligence.version import VERSION


def http_client(
    *, timeout_seconds: float, user_agent: str | None = None, max_connections: int = 20
) -> httpx2.AsyncClient:
    """Make a client with a pool of its own; the caller closes it.

    `timeout_seconds` bounds each wait (connect, a read, a write, a free connection), not the whole
    call: a caller that needs that wraps the call in asyncio.timeout. Redirects are not followed and
    nothing is retried; both are decisions of the adapter. Proxies and certificate authorities come
    from the usual variables (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE), since they belong to the network.
    """
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_seconds),
        limits=httpx2.Limits(max_connections=max_connections, max_keepalive_connections=max_connections),
        headers={"User-Agent": user_agent or f"issue-intelligence/{VERSION}"},
        follow_redirects=False,
        trust_env=True,
    )
