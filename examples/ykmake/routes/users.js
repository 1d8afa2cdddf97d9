import { Router } from 'express';
import { found } from '../errors.js';
import { email, identifier, limit, optional, text } from '../validation.js';

/** `/api/users` */
export function userRoutes(pool) {
  const router = Router();

  router.get('/', async (request, response) => {
    const { rows } = await pool.query('SELECT id, name, email FROM users ORDER BY id LIMIT $1', [
      limit(request.query.limit),
    ]);
    response.json(rows);
  });

  router.post('/', async (request, response) => {
    const { rows } = await pool.query(
      'INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id, name, email',
      [text(request.body?.name, 'name'), email(request.body?.email, 'email')],
    );
    response.status(201).json(rows[0]);
  });

  router.get('/:userId', async (request, response) => {
    const { rows } = await pool.query('SELECT id, name, email, created_at FROM users WHERE id = $1', [
      identifier(request.params.userId, 'userId'),
    ]);
    response.json(found(rows[0], 'user'));
  });

  router.patch('/:userId', async (request, response) => {
    const { rows } = await pool.query(
      `UPDATE users SET name = coalesce($2, name), email = coalesce($3, email)
       WHERE id = $1 RETURNING id, name, email`,
      [
        identifier(request.params.userId, 'userId'),
        optional(text, request.body?.name, 'name'),
        optional(email, request.body?.email, 'email'),
      ],
    );
    response.json(found(rows[0], 'user'));
  });

  router.delete('/:userId', async (request, response) => {
    const { rows } = await pool.query('DELETE FROM users WHERE id = $1 RETURNING id', [
      identifier(request.params.userId, 'userId'),
    ]);
    found(rows[0], 'user');
    response.status(204).end();
  });

  router.get('/:userId/tasks', async (request, response) => {
    const { rows } = await pool.query(
      `SELECT tasks.id, tasks.title, tasks.status, projects.name AS project
       FROM tasks JOIN projects ON projects.id = tasks.project_id
       WHERE tasks.assignee_id = $1 ORDER BY tasks.id LIMIT $2`,
      [identifier(request.params.userId, 'userId'), limit(request.query.limit)],
    );
    response.json(rows);
  });

  return router;
}
