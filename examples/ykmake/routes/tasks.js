import { Router } from 'express';
import { found } from '../errors.js';
import { identifier, limit, oneOf, optional, text } from '../validation.js';

const COLUMNS = 'id, project_id, assignee_id, title, status';

/** `/api/projects/:projectId/tasks`: the project comes from the path that the router is mounted on. */
export function taskRoutes(pool) {
  const router = Router({ mergeParams: true });

  router.get('/', async (request, response) => {
    const { rows } = await pool.query(
      `SELECT tasks.id, tasks.title, tasks.status, users.name AS assignee
       FROM tasks LEFT JOIN users ON users.id = tasks.assignee_id
       WHERE tasks.project_id = $1 AND ($2::text IS NULL OR tasks.status = $2)
       ORDER BY tasks.id LIMIT $3`,
      [
        identifier(request.params.projectId, 'projectId'),
        optional(status, request.query.status, 'status'),
        limit(request.query.limit),
      ],
    );
    response.json(rows);
  });

  router.post('/', async (request, response) => {
    const { rows } = await pool.query(
      `INSERT INTO tasks (project_id, title, assignee_id) VALUES ($1, $2, $3) RETURNING ${COLUMNS}`,
      [
        identifier(request.params.projectId, 'projectId'),
        text(request.body?.title, 'title'),
        optional(identifier, request.body?.assigneeId, 'assigneeId'),
      ],
    );
    response.status(201).json(rows[0]);
  });

  router.get('/:taskId', async (request, response) => {
    const { rows } = await pool.query(
      `SELECT ${COLUMNS} FROM tasks WHERE project_id = $1 AND id = $2`,
      key(request),
    );
    response.json(found(rows[0], 'task'));
  });

  router.patch('/:taskId', async (request, response) => {
    const { rows } = await pool.query(
      `UPDATE tasks SET title = coalesce($3, title), status = coalesce($4, status),
         assignee_id = coalesce($5, assignee_id)
       WHERE project_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [
        ...key(request),
        optional(text, request.body?.title, 'title'),
        optional(status, request.body?.status, 'status'),
        optional(identifier, request.body?.assigneeId, 'assigneeId'),
      ],
    );
    response.json(found(rows[0], 'task'));
  });

  router.delete('/:taskId', async (request, response) => {
    const { rows } = await pool.query(
      'DELETE FROM tasks WHERE project_id = $1 AND id = $2 RETURNING id',
      key(request),
    );
    found(rows[0], 'task');
    response.status(204).end();
  });

  return router;
}

function key({ params }) {
  return [identifier(params.projectId, 'projectId'), identifier(params.taskId, 'taskId')];
}

function status(value, name) {
  return oneOf(['open', 'doing', 'done'], value, name);
}
