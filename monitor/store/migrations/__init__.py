"""What Alembic runs: one file a revision, the newest number is `monitor.store.upgrade.HEAD`."""
