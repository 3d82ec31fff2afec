"""Everything the service keeps: SQLite files by default, one PostgreSQL database by DATABASE_URL."""
