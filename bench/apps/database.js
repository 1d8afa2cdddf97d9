/**
 * One route with one query: a row of a table by its key, as a pool of the application answers it. Computes for
 * BENCH_WORK microseconds before it asks, to see what a known cost is measured as.
 */
const express = require('express');
const { Pool } = require('pg');
const { listening } = require('./control.js');

const work = Number(process.env.BENCH_WORK ?? 0) / 1000;
const compute = () => {
  const end = performance.now() + work;
  while (performance.now() < end);
};

const pool = new Pool({ connectionString: process.env.BENCH_DATABASE });
const app = express();
app.get('/api/users/:id', async (request, response) => {
  if (work > 0) compute();
  const { rows } = await pool.query('SELECT id, name, active FROM users WHERE id = $1', [request.params.id]);
  response.json(rows[0]);
});
const server = app.listen(0, '127.0.0.1', () => listening(server));
