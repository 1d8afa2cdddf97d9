-- One simple query, therefore one transaction: all of it or nothing.
-- The lock lets several instances start at once on the same database.
SELECT pg_advisory_xact_lock(9464);

CREATE TABLE IF NOT EXISTS users (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL,
  email      text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS projects (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  owner_id   integer NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS tasks (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id  integer NOT NULL REFERENCES projects ON DELETE CASCADE,
  assignee_id integer REFERENCES users ON DELETE SET NULL,
  title       text NOT NULL,
  status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'doing', 'done')),
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS tasks_by_project ON tasks (project_id);
CREATE INDEX IF NOT EXISTS tasks_by_assignee ON tasks (assignee_id);

-- Sample data, only into empty tables: 50 users, 10 projects, 200 tasks.
INSERT INTO users (name, email)
SELECT 'User ' || n, 'user' || n || '@ykmake.example'
FROM generate_series(1, 50) AS n
WHERE NOT EXISTS (SELECT FROM users)
ORDER BY n;

INSERT INTO projects (name, owner_id)
SELECT 'Project ' || row_number() OVER (ORDER BY id), id
FROM (SELECT id FROM users ORDER BY id LIMIT 10) AS owners
WHERE NOT EXISTS (SELECT FROM projects);

INSERT INTO tasks (project_id, assignee_id, title, status)
SELECT p.id, u.id, 'Task ' || n, (ARRAY['open', 'doing', 'done'])[1 + n % 3]
FROM generate_series(0, 199) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM projects LIMIT 10) AS p ON p.place = n % 10
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM users LIMIT 50) AS u ON u.place = n % 50
WHERE NOT EXISTS (SELECT FROM tasks)
ORDER BY n;
