-- What the web server and the worker may do in PostgreSQL: read and write rows, append to the log, and nothing else.
-- The owner of the tables runs it after every `flask --app app db upgrade`, for a role that owns nothing:
--
--   psql -v role=marshrut_office -f docs/postgresql-rights.sql marshrut
--
-- The server then runs with MARSHRUT_DATABASE_URL=postgresql://marshrut_office@localhost/marshrut.

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"role";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"role";
REVOKE UPDATE, DELETE ON audit_entry FROM :"role";
REVOKE INSERT, DELETE ON audit_head FROM :"role";
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM :"role";
