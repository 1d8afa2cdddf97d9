import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import { missing } from '../missing.ts';
import { descendants, leftOver, type Program, repository, startProgram } from './ykmake.ts';

const skip = missing(existsSync(`${repository}dist/register.js`), 'dist/register.js', 'npm run build');

const start = (args: string[] = [], env: Record<string, string> = {}): Program =>
  startProgram(['examples/ykmake/start.js', ...args], {
    PORT: '0',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    ...env,
  });

/** A port that another server holds until the test ends. */
const takenPort = async (t: TestContext): Promise<string> => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const address = other.address();
  return String(typeof address === 'object' ? address?.port : '');
};

suite('npm start', { skip }, () => {
  test('figures without a terminal are plain text; SIGINT ends all that was started, exit code 0', async t => {
    const program = start(['--rate', '40']);
    t.after(() => program.stop());
    await program.said(/^SELECT users +\d/);
    const family = descendants(program.pid);
    assert.equal(family.length, 3, 'the application, its database, the traffic');
    program.child.kill('SIGINT');
    assert.equal(await program.ended, 0);
    assert.deepEqual(await leftOver(family), []);
    assert.deepEqual(program.stderr, []);

    const shown = program.stdout.join('\n');
    assert.match(shown, /── The last \d seconds ─+\n {2}requests\/s .*\n.*\d\.\d/);
    assert.match(shown, /\nGET {4}\/api\/users +\d/);
    assert.ok(!shown.includes('\x1b'));
  });

  test('a taken port for the metrics keeps nobody from working; SIGTERM is as clean', async t => {
    const port = await takenPort(t);
    const program = start([], { OTEL_EXPORTER_PROMETHEUS_PORT: port });
    t.after(() => program.stop());
    await program.said(/Metrics +not served, see the line of the preload above/);
    await program.said(/^The table waits for the metrics page: the preload does not serve it/);
    const family = descendants(program.pid);
    program.child.kill('SIGTERM');
    assert.equal(await program.ended, 0);
    assert.deepEqual(await leftOver(family), []);
  });

  test('an early Ctrl-C, twice, is as clean', async t => {
    const program = start();
    t.after(() => program.stop());
    await program.said(/^Starting YkMake/);
    const family = descendants(program.pid);
    program.child.kill('SIGINT');
    program.child.kill('SIGINT');
    assert.equal(await program.ended, 0);
    assert.deepEqual(await leftOver(family), []);
    assert.deepEqual(program.stderr, []);
  });

  test('when it is killed its children end by themselves', async t => {
    const program = start();
    t.after(() => program.stop());
    await program.said(/Ctrl-C ends everything/);
    const family = descendants(program.pid);
    program.child.kill('SIGKILL');
    assert.deepEqual(await leftOver(family), []);
  });

  test('it ends by itself after --seconds', async t => {
    const program = start(['--seconds', '1']);
    t.after(() => program.stop());
    assert.equal(await program.ended, 0);
    assert.deepEqual(program.stderr, []);
  });

  test('an application that dies is reported with its exit code', async t => {
    const program = start();
    t.after(() => program.stop());
    await program.said(/Ctrl-C ends everything/);
    const [database = 0] = descendants(program.pid).filter(pid => descendants(pid).length === 0);
    process.kill(database, 'SIGKILL');
    assert.equal(await program.ended, 1);
    await program.said(/^The application ended by itself: exit code 1\.$/);
  });

  test("a taken port is said once, in the application's own line", async t => {
    const port = await takenPort(t);
    const program = start([], { PORT: port });
    assert.equal(await program.ended, 1);
    const said = program.stdout.filter(line => !line.startsWith('[monitoring]'));
    assert.deepEqual(said, [
      'Starting YkMake under the preload: node --import ./register.js app',
      `YkMake cannot listen on 127.0.0.1:${port}: the port is taken. Stop the program that uses it or choose another port, for example PORT=${Number(port) + 1}.`,
    ]);
  });

  test('wrong arguments are answered with the usage', async () => {
    for (const args of [['--seconds', 'long'], ['--rate', '-1'], ['--fast']]) {
      const program = start(args);
      assert.equal(await program.ended, 1);
      assert.deepEqual(program.stderr, [
        'Usage: npm start -- [--rate requests-per-second] [--seconds until-it-ends]',
      ]);
    }
  });
});
