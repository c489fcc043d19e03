"""Run the migrations of one database on the connection that kiosk.storage.schema hands over."""

from alembic import context

from kiosk.storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA[context.config.attributes["tree"]],
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
