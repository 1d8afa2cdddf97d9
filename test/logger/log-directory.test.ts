import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogFile } from '../../src/logs/files/log-file.ts';
import { createLogDirectories } from '../../src/logs/log-directory.ts';
import { temporaryFolder } from '../package/packed.ts';

/** Milliseconds after which a file that could not be written is tried again. */
const untilRetried = 1_200;

const directories = () => {
  const [reported, printed, sinks]: [string[], string[], Set<object>] = [[], [], new Set()];
  const opened = createLogDirectories({
    openFile: createLogFile,
    report: line => reported.push(line),
    printFallback: text => printed.push(text),
    processEnd: {
      add: sink => {
        sinks.add(sink);
        return () => sinks.delete(sink);
      },
    },
  });
  return { ...opened, reported, printed, sinks };
};

test('a directory that cannot be written: one line, the lines printed, and one more when it works again', async t => {
  const logs = path.join(temporaryFolder(t), 'logs');
  writeFileSync(logs, 'a file');
  const { open, reported, printed } = directories();
  const [errors, combined] = [open(logs, 'error.log', false), open(logs, 'combined.log', false)];
  for (const line of ['one', 'two']) {
    for (const file of [errors, combined]) file.write(line);
    for (const file of [errors, combined]) file.flush();
  }
  assert.deepEqual(printed, ['one\n', 'two\n']);
  assert.equal(reported.length, 1, reported.join('\n'));
  assert.match(reported[0] ?? '', /^log files in .*\/logs cannot be written, .*: Error: E/);
  rmSync(logs);
  await pause(untilRetried);
  for (const file of [errors, combined]) {
    file.write('three');
    file.flush();
  }
  assert.equal(reported.length, 2, reported.join('\n'));
  assert.match(reported[1] ?? '', /^log files in .*\/logs are written again$/);
  assert.equal(readFileSync(path.join(logs, 'combined.log'), 'utf8'), 'three\n');
  assert.equal(printed.length, 2);
});

test('only error.log cannot be written: its lines are in combined.log, and are not printed', t => {
  const logs = path.join(temporaryFolder(t), 'logs');
  mkdirSync(path.join(logs, 'error.log'), { recursive: true });
  const { open, reported, printed } = directories();
  for (const name of ['error.log', 'combined.log'] as const) {
    const file = open(logs, name, false);
    file.write('one');
    file.flush();
  }
  assert.equal(readFileSync(path.join(logs, 'combined.log'), 'utf8'), 'one\n');
  assert.deepEqual([printed, reported.length], [[], 1]);
});

test('lines that one of two loggers shows on the console are printed for the other', t => {
  const logs = path.join(temporaryFolder(t), 'logs');
  writeFileSync(logs, 'a file');
  const { open, printed } = directories();
  const write = (isShown: boolean): void => {
    const file = open(logs, 'combined.log', isShown);
    file.write('one');
    file.flush();
  };
  write(true);
  assert.deepEqual(printed, []);
  write(false);
  assert.deepEqual(printed, ['one\n']);
});

test('every file is an end of the process to be waited for, until it is written through', t => {
  const logs = temporaryFolder(t);
  const { open, sinks, writeThrough } = directories();
  open(logs, 'combined.log', false).write('one');
  open(logs, 'combined.log', false);
  assert.equal(sinks.size, 1);
  writeThrough();
  assert.equal(readFileSync(path.join(logs, 'combined.log'), 'utf8'), 'one\n');
  assert.equal(sinks.size, 0);
});
