"""Alembic's door: it gets the connection, with its transaction, from `monitor.store.upgrade`."""

from alembic import context

from monitor.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
