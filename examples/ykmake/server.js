import express from 'express';
import { answerError, notFound } from './errors.js';
import { projectRoutes } from './routes/projects.js';
import { reportRoutes } from './routes/reports.js';
import { taskRoutes } from './routes/tasks.js';
import { userRoutes } from './routes/users.js';

/** @param {import('pg').Pool} pool */
export function createApplication(pool) {
  const api = express.Router();
  api.use(express.json());
  api.use('/users', userRoutes(pool));
  api.use('/projects/:projectId/tasks', taskRoutes(pool));
  api.use('/projects', projectRoutes(pool));
  api.use('/reports', reportRoutes(pool));

  const application = express();
  application.disable('x-powered-by');
  application.get('/health', async (_request, response) => {
    await pool.query('SELECT 1');
    response.json({ status: 'ok' });
  });
  application.use('/api', api);
  application.use(notFound);
  application.use(answerError);
  return application;
}
