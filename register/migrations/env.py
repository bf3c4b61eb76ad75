"""Run by Alembic: uses the connection that register/migrating.py opened, inside its transaction."""

from alembic import context

from register.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
