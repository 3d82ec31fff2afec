"""python -m issue_intelligence."""

from issue_intelligence.cli.main import run

if __name__ == "__main__":
    run()
