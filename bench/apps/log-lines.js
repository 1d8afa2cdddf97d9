/**
 * An application that logs with a real logger, asked for a round of lines at a time: with the logger of this package, or
 * with winston as YkMake had set it up.
 */
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');

const perRound = 20_000;
const perTurn = 100;
/** Longer than any batch waits. */
const untilSent = 1_500;

const stock = directory => {
  const winston = require('winston');
  const { combine, timestamp, errors, json } = winston.format;
  const file = (filename, level) =>
    new winston.transports.File({
      filename: path.join(directory, filename),
      level,
      maxsize: 5 * 1024 * 1024,
      maxFiles: 5,
    });
  return winston.createLogger({
    level: 'info',
    format: combine(timestamp(), errors({ stack: true }), json()),
    defaultMeta: { service: 'bench' },
    transports: [file('error.log', 'error'), file('combined.log')],
  });
};

const { BENCH_LOGGER: ours, LOG_DIR: directory } = process.env;
const logger = ours ? require(ours).logger : stock(directory);

const answers = {
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  round: async () => {
    for (let index = 0; index < perRound; index++) {
      logger.info('Project created', { projectId: index, owner: 'user-4711', durationMs: 12.5 });
      if (index % perTurn === 0) await pause(2);
    }
    await pause(untilSent);
    return perRound;
  },
};

process.on('message', async question => process.send({ answer: await answers[question]() }));
console.log('listening 0 after 0');
