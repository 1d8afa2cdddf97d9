/**
 * Asks PostgreSQL through a pool, without a server in front: so many queries as a message says, which is answered when they
 * are done. One after another: of many at once, a slower process reads more answers together, and seems to cost less. Computes for BENCH_WORK microseconds before each query, to see what a known cost is
 * measured as.
 */
const { Pool } = require('pg');

const work = Number(process.env.BENCH_WORK ?? 0) / 1000;
const compute = () => {
  const end = performance.now() + work;
  while (performance.now() < end);
};

const pool = new Pool({ connectionString: process.env.BENCH_DATABASE });

const ask = async count => {
  for (let id = 1; id <= count; id++) {
    if (work > 0) compute();
    await pool.query('SELECT id, name, active FROM users WHERE id = $1', [1 + (id % 1000)]);
  }
};

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

process.on('message', async ({ queries }) => {
  const before = cpu();
  await ask(queries);
  process.send({ cpu: cpu() - before });
});
console.log('ready');
