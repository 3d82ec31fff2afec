"""Files are named without where they were deployed, and libraries are told from the service's own code."""

import pytest

from issue_intelligence.core.investigate.stack_traces.frames import is_in_app, short_file


@pytest.mark.parametrize(
    ("file", "short"),
    [
        ("/app/src/cart.ts", "src/cart.ts"),
        ("/usr/src/app/dist/cart.js", "dist/cart.js"),
        ("/home/ann/shop/src/cart.ts", "src/cart.ts"),
        ("/srv/shop/releases/20261124110000/src/cart.ts", "src/cart.ts"),
        ("/opt/shop/v1.2.3/app/cart.py", "app/cart.py"),
        ("file:///app/src/cart.ts", "src/cart.ts"),
        ("webpack-internal:///./src/cart.ts", "src/cart.ts"),
        ("webpack-internal:///(rsc)/./src/cart.ts", "src/cart.ts"),
        ("https://shop.example/static/cart.js?v=3", "static/cart.js"),
        ("C:\\shop\\src\\cart.ts", "src/cart.ts"),
        ("src/cart.ts", "src/cart.ts"),
        ("cart.py", "cart.py"),
    ],
)
def test_short_file(file: str, short: str) -> None:
    assert short_file(file) == short


@pytest.mark.parametrize(
    ("file", "in_app"),
    [
        ("/app/src/cart.ts", True),
        ("/srv/shop/app/cart.py", True),
        ("/app/node_modules/express/index.js", False),
        ("node:internal/process/task_queues", False),
        ("internal/modules/cjs/loader.js", False),
        ("/usr/lib/python3.12/asyncio/runners.py", False),
        ("/app/.venv/lib/python3.12/site-packages/x/y.py", False),
        ("/usr/local/lib/python3.12/json/decoder.py", False),
        ("<frozen importlib._bootstrap>", False),
        ("", False),
    ],
)
def test_own_code_is_told_from_libraries(file: str, in_app: bool) -> None:
    assert is_in_app(file) is in_app
