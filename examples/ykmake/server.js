import { activeUsers } from '@ykmake/monitoring';
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
  application.use(countUser);
  application.get('/health', async (_request, response) => {
    await pool.query('SELECT 1');
    response.json({ status: 'ok' });
  });
  application.use('/api', api);
  application.use(notFound);
  application.use(answerError);
  return application;
}

/** The only line of monitoring code. Who the user is would come from the session, had YkMake a login. */
function countUser(request, _response, next) {
  const userId = request.get('x-user-id');
  if (userId) activeUsers.seen(userId);
  next();
}
