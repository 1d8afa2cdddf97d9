/** One route with one query: a row of a table by its key, as a pool of the application answers it. */
const express = require('express');
const { Pool } = require('pg');
const { listening } = require('./control.js');

const pool = new Pool({ connectionString: process.env.BENCH_DATABASE });
const app = express();
app.get('/api/users/:id', async (request, response) => {
  const { rows } = await pool.query('SELECT id, name, active FROM users WHERE id = $1', [request.params.id]);
  response.json(rows[0]);
});
const server = app.listen(0, '127.0.0.1', () => listening(server));
