/**
 * Asks PostgreSQL through a pool, without a server in front: so many queries as a message says, which is answered when they
 * are done. One after another: of many at once, a slower process reads more answers together, and seems to cost less.
 * Computes for BENCH_WORK microseconds before each query, to see what a known cost is measured as.
 *
 * Without BENCH_DATABASE the answers come from within the process, always the same: no system call is measured, of which
 * one costs more than what is looked for.
 */
const { EventEmitter } = require('node:events');
const { Pool } = require('pg');

const work = Number(process.env.BENCH_WORK ?? 0) / 1000;
const compute = () => {
  const end = performance.now() + work;
  while (performance.now() < end);
};

/** A message of PostgreSQL's protocol: its type, its length, and what it says. */
const message = (type, ...parts) => {
  const body = Buffer.concat(parts.map(part => Buffer.from(part)));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int16 = value => [value >> 8, value & 255];
const int32 = value => [...int16(value >>> 16), ...int16(value & 65_535)];
/** A column of text. */
const column = name => [
  ...Buffer.from(name),
  0,
  ...int32(0),
  ...int16(0),
  ...int32(25),
  ...int16(-1),
  ...int32(-1),
  ...int16(0),
];
const value = text => [...int32(text.length), ...Buffer.from(text)];

const idle = message('Z', 'I');
const hello = Buffer.concat([message('R', int32(0)), idle]);
const answer = Buffer.concat([
  message('1'),
  message('2'),
  message('T', int16(3), column('id'), column('name'), column('active')),
  message('D', int16(3), value('42'), value('user 42'), value('t')),
  message('C', 'SELECT 1\0'),
  idle,
]);
const sync = message('S');

/** What pg takes for a socket. */
class Answers extends EventEmitter {
  isGreeted = false;
  writable = true;
  connect() {
    setImmediate(() => this.emit('connect'));
  }
  write(written) {
    if (this.isGreeted && !written.subarray(-sync.length).equals(sync)) return true;
    const data = this.isGreeted ? answer : hello;
    this.isGreeted = true;
    setImmediate(() => this.emit('data', data));
    return true;
  }
  setNoDelay() {}
  setKeepAlive() {}
  ref() {}
  unref() {}
  end() {}
  destroy() {}
}

const { BENCH_DATABASE: connectionString } = process.env;
const pool = new Pool(
  connectionString === undefined ? { stream: () => new Answers() } : { connectionString },
);

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
