import { Router } from 'express';
import { transaction } from '../database.js';
import { found, HttpError } from '../errors.js';
import { identifier, limit, text } from '../validation.js';

/** `/api/projects` */
export function projectRoutes(pool) {
  const router = Router();

  router.get('/', async (request, response) => {
    const { rows } = await pool.query(
      `SELECT projects.id, projects.name, users.name AS owner
       FROM projects JOIN users ON users.id = projects.owner_id ORDER BY projects.id LIMIT $1`,
      [limit(request.query.limit)],
    );
    response.json(rows);
  });

  // A project and its first tasks: both or neither.
  router.post('/', async (request, response) => {
    const name = text(request.body?.name, 'name');
    const ownerId = identifier(request.body?.ownerId, 'ownerId');
    const titles = taskTitles(request.body?.tasks);

    const project = await transaction(pool, async client => {
      const { rows } = await client.query(
        'INSERT INTO projects (name, owner_id) VALUES ($1, $2) RETURNING id, name',
        [name, ownerId],
      );
      const { rowCount } = await client.query(
        'INSERT INTO tasks (project_id, title) SELECT $1, unnest($2::text[])',
        [rows[0].id, titles],
      );
      return { ...rows[0], tasks: rowCount };
    });
    response.status(201).json(project);
  });

  router.get('/:projectId', async (request, response) => {
    const { rows } = await pool.query(
      `SELECT projects.id, projects.name, users.name AS owner
       FROM projects JOIN users ON users.id = projects.owner_id WHERE projects.id = $1`,
      [identifier(request.params.projectId, 'projectId')],
    );
    response.json(found(rows[0], 'project'));
  });

  router.patch('/:projectId', async (request, response) => {
    const { rows } = await pool.query('UPDATE projects SET name = $2 WHERE id = $1 RETURNING id, name', [
      identifier(request.params.projectId, 'projectId'),
      text(request.body?.name, 'name'),
    ]);
    response.json(found(rows[0], 'project'));
  });

  router.delete('/:projectId', async (request, response) => {
    const { rows } = await pool.query('DELETE FROM projects WHERE id = $1 RETURNING id', [
      identifier(request.params.projectId, 'projectId'),
    ]);
    found(rows[0], 'project');
    response.status(204).end();
  });

  return router;
}

function taskTitles(value = []) {
  if (!Array.isArray(value) || value.length > 20) {
    throw new HttpError(400, 'tasks must be a list of at most 20 titles.');
  }
  return value.map(title => text(title, 'a task title'));
}
