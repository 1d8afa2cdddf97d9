import assert from 'node:assert/strict';
import fs, {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { createLogFile, type LogFile, type LogFileOptions } from '../../src/logs/files/log-file.ts';
import { withDirectory } from './writer.ts';

interface Rig {
  readonly file: LogFile;
  readonly text: () => string;
  /** What the log file has told, in order. */
  readonly told: string[];
  /** Lets time pass, and timers with it. */
  readonly pass: (ms: number) => void;
  readonly timers: () => number;
}

const rigOf = (directory: string, options: Partial<LogFileOptions> = {}): Rig => {
  let time = 0;
  const timers = new Map<() => void, number>();
  const told: string[] = [];
  const file = createLogFile({
    directory,
    name: 'combined.log',
    onFailing: (error, path) => told.push(`failing ${(error as NodeJS.ErrnoException).code} ${path}`),
    onRecovered: () => told.push('recovered'),
    onRefused: line => told.push(`refused ${line}`),
    clock: {
      now: () => time,
      after: (ms, run) => {
        timers.set(run, time + ms);
        return () => timers.delete(run);
      },
    },
    ...options,
  });
  return {
    file,
    text: () => readFileSync(path.join(directory, 'combined.log'), 'utf8'),
    told,
    pass: ms => {
      time += ms;
      for (const [run, at] of timers) {
        if (at > time) continue;
        timers.delete(run);
        run();
      }
    },
    timers: () => timers.size,
  };
};

/** Something is in the place of the file, until it is taken away. */
const block = (directory: string): (() => void) => {
  const place = path.join(directory, 'combined.log');
  mkdirSync(place);
  return () => rmdirSync(place);
};

describe('a log file', () => {
  test('makes its directory and its file with the first line that it writes, and not before', () =>
    withDirectory(async directory => {
      const deep = path.join(directory, 'a/b');
      const { file, pass, text } = rigOf(deep);
      file.flush();
      assert.equal(existsSync(deep), false);
      file.write('one');
      pass(100);
      assert.equal(text(), 'one\n');
    }));

  test('holds lines for a tenth of a second, by one timer', () =>
    withDirectory(async directory => {
      const { file, pass, text, timers } = rigOf(directory);
      file.write('one');
      pass(60);
      file.write('two');
      assert.equal(timers(), 1);
      pass(39);
      assert.throws(text);
      pass(1);
      assert.equal(text(), 'one\ntwo\n');
      assert.equal(timers(), 0);
    }));

  test('holds 64 Ki characters at most', () =>
    withDirectory(async directory => {
      const { file, text, timers } = rigOf(directory);
      for (let count = 0; count < 63; count++) file.write('x'.repeat(1_023));
      assert.throws(text);
      file.write('x'.repeat(1_023));
      assert.equal(text().length, 65_536);
      assert.equal(timers(), 0);
    }));

  test('writes through once it was told to', () =>
    withDirectory(async directory => {
      const { file, text, timers } = rigOf(directory);
      file.write('one');
      file.writeThrough();
      assert.equal(text(), 'one\n');
      file.write('two');
      assert.equal(text(), 'one\ntwo\n');
      assert.equal(timers(), 0);
    }));

  test('writes what is held when it is closed, and refuses what comes later', () =>
    withDirectory(async directory => {
      const { file, text, told, timers } = rigOf(directory);
      file.write('one');
      file.close();
      file.close();
      file.write('two');
      file.flush();
      assert.equal(text(), 'one\n');
      assert.deepEqual([told, timers()], [['refused two'], 0]);
    }));

  test('tells once that it fails, refuses every line, tries once a second, and tells when it works again', () =>
    withDirectory(async directory => {
      const place = path.join(directory, 'combined.log');
      const unblock = block(directory);
      const { file, pass, told, text } = rigOf(directory);
      const write = (line: string): void => {
        file.write(line);
        file.flush();
      };
      for (const line of ['1', '2', '3']) write(line);
      assert.deepEqual(told.splice(0), [`failing EISDIR ${place}`, 'refused 1', 'refused 2', 'refused 3']);
      pass(1_000);
      write('4');
      unblock();
      // It was tried just now.
      pass(999);
      write('5');
      assert.deepEqual(told.splice(0), ['refused 4', 'refused 5']);
      pass(1);
      write('6');
      assert.deepEqual([told.splice(0), text()], [['recovered'], '6\n']);
    }));

  test('never throws, whatever it is told to call throws', () =>
    withDirectory(async directory => {
      const unblock = block(directory);
      let calls = 0;
      const fail = (): never => {
        calls++;
        throw new Error('of the caller');
      };
      const { file, pass, text } = rigOf(directory, { onFailing: fail, onRecovered: fail, onRefused: fail });
      for (const line of ['a', 'b', 'c']) file.write(line);
      file.flush();
      // That it fails, and each of the three lines.
      assert.equal(calls, 4);
      unblock();
      pass(1_000);
      file.write('2');
      file.flush();
      assert.equal(text(), '2\n');
      file.write('3');
      file.flush();
      assert.equal(text(), '2\n3\n');
    }));

  test('does not go round in circles when a refused line is logged again', () =>
    withDirectory(async directory => {
      block(directory);
      let refused = 0;
      const { file, pass, timers } = rigOf(directory, {
        onRefused: line => {
          refused++;
          file.write(`refused: ${line}`);
        },
      });
      file.write('1');
      pass(100);
      pass(10_000);
      assert.deepEqual([refused, timers()], [1, 0]);
    }));

  test('counts bytes of a file, not characters, and cuts no character in two', () =>
    withDirectory(async directory => {
      const { file } = rigOf(directory, { maxBytes: 100 });
      for (let count = 0; count < 30; count++) file.write('日本語');
      file.flush();
      const names = readdirSync(directory).sort();
      assert.deepEqual(names, ['combined.log', 'combined1.log', 'combined2.log']);
      for (const name of names) {
        assert.equal(readFileSync(path.join(directory, name), 'utf8'), '日本語\n'.repeat(10));
      }
    }));

  test('goes on with the newest file that others have made, and leaves a file that others have filled', () =>
    withDirectory(async directory => {
      const { file } = rigOf(directory, { maxBytes: 10, maxFiles: 3 });
      const write = (line: string): void => {
        file.write(line);
        file.flush();
      };
      write('1');
      writeFileSync(path.join(directory, 'combined.log'), 'others..\n', { flag: 'a' });
      writeFileSync(path.join(directory, 'combined7.log'), 'others\n');
      write('2');
      assert.equal(readFileSync(path.join(directory, 'combined7.log'), 'utf8'), 'others\n2\n');
      write('3');
      write('4');
      assert.equal(readFileSync(path.join(directory, 'combined8.log'), 'utf8'), '4\n');
      assert.deepEqual(readdirSync(directory).sort(), ['combined7.log', 'combined8.log']);
    }));

  test('leaves an emptied file within a second when others have moved on to the next', () =>
    withDirectory(async directory => {
      const { file, pass, text } = rigOf(directory);
      file.write('1');
      file.flush();
      writeFileSync(path.join(directory, 'combined.log'), '');
      writeFileSync(path.join(directory, 'combined1.log'), '');
      pass(1_000);
      file.write('2');
      file.flush();
      assert.deepEqual([text(), readFileSync(path.join(directory, 'combined1.log'), 'utf8')], ['', '2\n']);
    }));

  test('makes a deleted file anew with the next lines', () =>
    withDirectory(async directory => {
      const { file, text } = rigOf(directory);
      for (const line of ['1', '2']) {
        file.write(line);
        file.flush();
        assert.equal(text(), `${line}\n`);
        fs.rmSync(path.join(directory, 'combined.log'));
      }
    }));

  test('takes sizes and numbers of files that make no sense as the least that does', () =>
    withDirectory(async directory => {
      for (const [maxBytes, maxFiles] of [
        [0, 0],
        [-1, -1],
        [Number.NaN, Number.NaN],
      ] as const) {
        const { file, told } = rigOf(directory, { maxBytes, maxFiles });
        file.write('1');
        file.write('2');
        file.close();
        assert.deepEqual(told, []);
        assert.equal(readdirSync(directory).length, 1);
      }
    }));

  test('keeps to its directory when the application changes its own', () =>
    withDirectory(async directory => {
      const before = process.cwd();
      process.chdir(directory);
      try {
        const { file } = rigOf('logs');
        process.chdir(before);
        file.write('1');
        file.close();
        assert.equal(statSync(path.join(directory, 'logs/combined.log')).size, 2);
      } finally {
        process.chdir(before);
      }
    }));

  test('moves on to the newest file when it was asleep between looking and opening', () =>
    withDirectory(async directory => {
      const place = (number: number): string => path.join(directory, `combined${number || ''}.log`);
      writeFileSync(place(0), 'is full...\n');
      const { openSync } = fs;
      fs.openSync = (file, ...rest) => {
        if (file === place(1) && !existsSync(place(3))) {
          fs.rmSync(place(0));
          writeFileSync(place(2), 'is full...\n');
          writeFileSync(place(3), 'others\n');
        }
        return openSync(file, ...rest);
      };
      syncBuiltinESMExports();
      try {
        const { file, told } = rigOf(directory, { maxBytes: 10, maxFiles: 2 });
        file.write('1');
        file.flush();
        assert.deepEqual(
          [readFileSync(place(1), 'utf8'), readFileSync(place(3), 'utf8')],
          ['', 'others\n1\n'],
        );
        file.write('2');
        file.write('3');
        file.close();
        // What was made too late goes with the next that is too old.
        assert.deepEqual(readdirSync(directory).sort(), ['combined3.log', 'combined4.log']);
        assert.deepEqual(told, []);
      } finally {
        fs.openSync = openSync;
        syncBuiltinESMExports();
      }
    }));

  test('neither throws nor breaks where the stack of the application is full', () =>
    withDirectory(async directory => {
      const { file, text, told, pass } = rigOf(directory);
      const line = 'x'.repeat(70_000);
      let tries = 0;
      let thrown = 0;
      const recurse = (): void => {
        try {
          recurse();
        } catch {
          // Tried again in fifty frames on the way back, until there is room enough.
        }
        if (++tries > 50) return;
        try {
          file.write(line);
        } catch {
          thrown++;
        }
      };
      recurse();
      // Nothing but the call itself, for which there was no room.
      assert.ok(thrown < 50, `${thrown} times`);
      pass(1_000);
      for (const later of ['after', 'once more']) {
        file.write(later);
        file.flush();
      }
      assert.match(text(), /^(x{70000}\n)*after\nonce more\n$/);
      assert.ok(told.filter(line => line.startsWith('failing')).length <= 1);
    }));
});
