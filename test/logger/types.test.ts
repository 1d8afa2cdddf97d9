import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../child.ts';
import { temporaryFolder } from '../package/packed.ts';

const compilerOptions = {
  ...{ module: 'nodenext', target: 'es2024', types: ['node'], noEmit: true },
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
};

/** What tsc says about a program of a user who has installed these packages. */
const compile = (
  t: { after(end: () => void): void },
  source: string,
  packages: readonly string[],
): string => {
  const folder = temporaryFolder(t);
  for (const name of ['@ykmake/monitoring', '@types/node', 'undici-types', ...packages]) {
    const link = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(name === '@ykmake/monitoring' ? root : path.join(root, 'node_modules', name), link, 'dir');
  }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'app.ts'), source);
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
};

const plain = `
import { createServer } from 'node:http';
import { createLogger, type Logger, type LoggerOptions, logger, loggingMiddleware } from '@ykmake/monitoring';

logger.info('text', { a: 1 }).error(new Error('b'));
logger.error('text', new Error('why'), { more: true });
logger.log('warn', 'text', { a: 1 });
logger.log({ level: 'info', message: 'text' });
const child: Logger = logger.child({ request: 7 });
child.level = 'error';
logger.profile('id');
logger.startTimer().done({ message: 'text' });
const { info } = logger;
info('text');

const options: LoggerOptions = { level: 'warn', service: 'worker', directory: 'none', console: 'json' };
const worker: Logger = createLogger(options);
createLogger({ defaultMeta: { region: 'eu' }, silent: true });
const own = createLogger({ levels: { fatal: 0, chatter: 1 } });
own.fatal('text');
const level: string = createLogger(options).level;
export const server = createServer((request, response) => loggingMiddleware(request, response, () => {}));
export const all: readonly Logger[] = level === '' ? [worker, own] : [];
`;

describe('the public types', () => {
  test('need no winston', t => {
    assert.equal(compile(t, plain, []), '');
    const declarations = ['index', 'logs/logger/logger', 'logs/logger/options'].map(name =>
      readFileSync(path.join(root, 'dist', `${name}.d.ts`), 'utf8'),
    );
    for (const text of declarations) assert.doesNotMatch(text, /from '(winston|logform)/);
  });

  test("control: what is wrong is an error, and so are winston's types without winston", t => {
    for (const wrong of [
      "logger.fatal('text');",
      "createLogger({ console: 'loud' });",
      "own.minor('text');",
      'logger.child();',
    ]) {
      assert.match(compile(t, `${plain}\n${wrong}`, []), /app\.ts\(\d+,\d+\): error/, wrong);
    }
    assert.match(compile(t, "import winston from 'winston';", []), /Cannot find module 'winston'/);
  });

  test("fit winston's: its loggers are ours, its formats and transports go into the options", t => {
    const packages = ['winston', 'logform', 'winston-transport', 'triple-beam', '@types/triple-beam'];
    const said = compile(
      t,
      `${plain}
      import winston from 'winston';
      export const theirs: Logger = winston.createLogger();
      export const named: (logger: winston.Logger) => Logger = given => given;
      export const formatted: Logger = createLogger({
        format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
        transports: [new winston.transports.Console()],
        levels: winston.config.syslog.levels,
      });
      logger.add(new winston.transports.Console());
      export const back = logger as winston.Logger;`,
      packages,
    );
    assert.equal(said, '');
  });
});
