import { setTimeout as pause } from 'node:timers/promises';
import { Router } from 'express';

/** `/api/reports` */
export function reportRoutes(pool) {
  const router = Router();

  router.get('/summary', async (_request, response) => {
    const { rows } = await pool.query(
      'SELECT status, count(*)::integer AS tasks FROM tasks GROUP BY status ORDER BY status',
    );
    response.json(rows);
  });

  // Slow: it asks the database and then takes 0.3 to 1.2 seconds to lay the report out.
  router.get('/slow', async (_request, response) => {
    const { rows } = await pool.query(
      `SELECT projects.name, count(tasks.id)::integer AS tasks
       FROM projects LEFT JOIN tasks ON tasks.project_id = projects.id
       GROUP BY projects.id ORDER BY projects.id`,
    );
    await pause(300 + 900 * Math.random());
    response.json(rows);
  });

  // Failing: a programming error, as it happens.
  router.get('/broken', () => {
    throw new TypeError("Cannot read properties of undefined (reading 'total')");
  });

  return router;
}
