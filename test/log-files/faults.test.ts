import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type Child, root, startChild } from '../child.ts';
import {
  count,
  differenceOf,
  type Found,
  find,
  nothing,
  runWriter,
  type Sink,
  startWriter,
  withDirectory,
} from './writer.ts';

/** Every line is either in a file or refused, which the fixture prints; `more`: what it prints else. */
const together = (
  directory: string | undefined,
  child: Child,
): Found & { readonly more: readonly string[] } => {
  const found =
    directory === undefined ? { counts: new Map<string, number>(), torn: [], open: [] } : find(directory);
  const counts = new Map(found.counts);
  const more: string[] = [];
  for (const line of child.stderr().split('\n')) if (line !== '') count(line, counts, more);
  return { ...found, counts, more };
};

const told = (child: Child): readonly string[] => child.stdout().split('\n').slice(0, -1);

/** A directory whose file system a test has mounted: of some size, or one that can only be read. */
const withMount = async (
  t: TestContext,
  options: readonly string[],
  run: (directory: string) => Promise<void>,
): Promise<void> =>
  withDirectory(async directory => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', ...options, 'tmpfs', directory], { stdio: 'pipe' });
    } catch (error) {
      t.skip(`NOT TESTED: nothing can be mounted here: ${error instanceof Error ? error.message : error}`);
      return;
    }
    try {
      await run(directory);
    } finally {
      execFileSync('umount', [directory]);
    }
  });

const lines = 20_000;

describe('files that cannot be written', { concurrency: 2 }, () => {
  const refused: readonly {
    readonly fault: string;
    readonly code: string;
    readonly prepare: (directory: string) => string;
    /** Exit code with winston's own transport; `undefined`: it never ends, as Node.js' recursive mkdir never does. */
    readonly winston: number | undefined;
  }[] = [
    {
      fault: 'a file where the directory should be',
      code: 'ENOTDIR',
      prepare: directory => {
        writeFileSync(path.join(directory, 'logs'), '');
        return path.join(directory, 'logs');
      },
      winston: 1,
    },
    {
      fault: 'a file in the way to the directory',
      code: 'ENOTDIR',
      prepare: directory => {
        writeFileSync(path.join(directory, 'logs'), '');
        return path.join(directory, 'logs/deeper');
      },
      winston: 1,
    },
    {
      fault: 'a directory where the file should be',
      code: 'EISDIR',
      prepare: directory => {
        mkdirSync(path.join(directory, 'combined.log'));
        return directory;
      },
      winston: 0,
    },
    {
      fault: 'a link to /dev/full',
      code: 'ENOSPC',
      prepare: directory => {
        symlinkSync('/dev/full', path.join(directory, 'combined.log'));
        return directory;
      },
      winston: 0,
    },
    {
      fault: 'a directory in which nothing can be made',
      code: 'ENOENT',
      prepare: () => '/proc/logs',
      winston: undefined,
    },
  ];
  for (const { fault, code, prepare, winston } of refused) {
    test(`${fault}: told once, and every line is refused`, () =>
      withDirectory(async directory => {
        const child = await runWriter({ sink: 'ours', directory: prepare(directory), lines });
        assert.deepEqual(await child.exit(), { code: 0, signal: null });
        assert.equal(told(child).length, 1, child.stdout());
        assert.match(child.stdout(), new RegExp(`^failing ${code} .*combined\\.log\n$`));
        const { more, ...found } = together(undefined, child);
        assert.deepEqual([differenceOf(found, lines), more], [nothing, []]);
      }));

    if (winston === undefined) continue;
    test(`${fault}: the control, winston's own transport, ${winston === 0 ? 'loses them without a word' : 'ends the application'}`, () =>
      withDirectory(async directory => {
        const child = await runWriter({ sink: 'winston', directory: prepare(directory), lines });
        assert.deepEqual(await child.exit(), { code: winston, signal: null }, child.stderr());
        if (winston === 0) assert.equal(child.stderr(), '');
      }));
  }

  test('a directory that can only be read: told once, and every line is refused', t =>
    withMount(t, ['-o', 'ro'], async directory => {
      const child = await runWriter({ sink: 'ours', directory, lines });
      assert.deepEqual(told(child), [`failing EROFS ${directory}/combined.log`]);
      assert.deepEqual(differenceOf(together(directory, child), lines), nothing);
    }));

  test('a full disk of 2 MB: whole lines as far as there is room, told once; goes on when there is room again', t =>
    withMount(t, ['-o', 'size=2m'], async directory => {
      const ballast = path.join(directory, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1_000_000));
      const child = startWriter({ sink: 'ours', directory, lines, together: 200, pauseMs: 40 });
      try {
        await child.output(/^failing ENOSPC /m);
        rmSync(ballast);
        await child.output(/^recovered$/m);
        assert.deepEqual(await child.exit(60_000), { code: 0, signal: null });
      } finally {
        await child.stop();
      }
      assert.deepEqual(told(child).slice(0, 2), [`failing ENOSPC ${directory}/combined.log`, 'recovered']);
      const { more, ...found } = together(directory, child);
      assert.deepEqual([differenceOf(found, lines), found.open, more], [nothing, [], []]);
    }));

  test('a full disk of 2 MB: every line is in the file or refused, whole', t =>
    withMount(t, ['-o', 'size=2m'], async directory => {
      const child = await runWriter({ sink: 'ours', directory, lines });
      assert.deepEqual(await child.exit(), { code: 0, signal: null });
      assert.deepEqual(told(child), [`failing ENOSPC ${directory}/combined.log`]);
      const { more, ...found } = together(directory, child);
      assert.deepEqual([differenceOf(found, lines), found.open, more], [nothing, [], []]);
      const { size } = statSync(path.join(directory, 'combined.log'));
      assert.ok(size > 1_900_000, `${size} bytes`);
    }));

  test("a full disk of 2 MB: the control, winston's own transport, loses lines without a word", t =>
    withMount(t, ['-o', 'size=2m'], async directory => {
      const child = await runWriter({ sink: 'winston', directory, lines });
      const found = together(directory, child);
      assert.deepEqual(found.more, []);
      assert.ok(differenceOf(found, lines).lost > 0, 'the test would not see a loss');
    }));

  test('two processes on a full disk of 2 MB: every line is in a file or refused, whole', t =>
    withMount(t, ['-o', 'size=2m'], async directory => {
      const children = await Promise.all(
        ['a', 'b'].map(writer =>
          runWriter({ sink: 'ours', directory, writer, lines: 10_000, together: 100 }),
        ),
      );
      const [first, second] = children.map(child => together(undefined, child));
      const found = find(directory);
      const counts = new Map([...found.counts, ...(first?.counts ?? []), ...(second?.counts ?? [])]);
      const difference = differenceOf({ ...found, counts }, 10_000, ['a', 'b']);
      // Half a line that could not be taken back, as the other has written meanwhile, is a line of its own.
      assert.deepEqual({ ...difference, torn: [] }, nothing);
      t.diagnostic(`${found.torn.length} half lines`);
    }));

  // Node.js ignores SIGXFSZ.
  test('a limit on the size of files (ulimit -f): every line is in the file or refused, whole', () =>
    withDirectory(async directory => {
      const child = await runWriter({ sink: 'ours', directory, lines }, 'ulimit -f 1000');
      assert.deepEqual(await child.exit(), { code: 0, signal: null });
      assert.deepEqual(told(child), [`failing EFBIG ${directory}/combined.log`]);
      const { more, ...found } = together(directory, child);
      assert.deepEqual([differenceOf(found, lines), found.open, more], [nothing, [], []]);
      const { size } = statSync(path.join(directory, 'combined.log'));
      assert.ok(size > 1_024_000 - 201 && size <= 1_024_000, `${size} bytes`);
    }));

  test("a limit on the size of files: the control, winston's own transport, loses lines", () =>
    withDirectory(async directory => {
      const child = await runWriter({ sink: 'winston', directory, lines }, 'ulimit -f 1000');
      assert.ok(differenceOf(together(directory, child), lines).lost > 0, 'the test would not see a loss');
    }));

  test('a limit on open files: told once, and every line is refused', () =>
    withDirectory(async directory => {
      const fixture = path.join(root, 'test/fixtures/log-files/no-descriptors.mjs');
      const child = startChild({ node: process.execPath, args: [fixture, directory] });
      assert.deepEqual(await child.exit(60_000), { code: 0, signal: null });
      assert.deepEqual(told(child), [`failing EMFILE ${directory}/combined.log`, 'refused 1', 'recovered']);
      assert.equal(readFileSync(path.join(directory, 'combined.log'), 'utf8'), '2\n');
    }));

  for (const [way, title] of [
    ['closes', 'is closed by the application'],
    ['reuses', "is closed by the application, and its number becomes that of the application's own file"],
    ['reuses, and we close', 'has become the number of another file when the log file is closed'],
  ] as const) {
    test(`our descriptor ${title}: no line is lost, and none goes elsewhere`, () =>
      withDirectory(async directory => {
        const fixture = path.join(root, 'test/fixtures/log-files/closes-descriptor.mjs');
        const child = startChild({ node: process.execPath, args: [fixture, directory, way] });
        assert.deepEqual(await child.exit(60_000), { code: 0, signal: null }, child.stderr());
        assert.equal(child.stdout(), way === 'closes' ? '' : 'same number\n');
        const written = way === 'reuses, and we close' ? '1\n' : '1\n2\n3\n';
        assert.equal(readFileSync(path.join(directory, 'combined.log'), 'utf8'), written);
        if (way !== 'closes') assert.equal(readFileSync(path.join(directory, 'own.db'), 'utf8'), 'own');
      }));
  }

  test('memory stays bounded while nothing can be written', () =>
    withDirectory(async directory => {
      const fixture = path.join(root, 'test/fixtures/log-files/memory.mjs');
      symlinkSync('/dev/full', path.join(directory, 'combined.log'));
      const child = startChild({
        node: process.execPath,
        args: ['--expose-gc', '--max-semi-space-size=2', fixture, directory],
      });
      assert.deepEqual(await child.exit(60_000), { code: 0, signal: null });
      const [grown = Number.NaN, refused] = child.stdout().split('\n').map(Number);
      assert.ok(grown < 16 * 1024 * 1024, `${grown} bytes`);
      assert.equal(refused, 1_000_000);
    }));
});

// Mostly waiting.
describe('files that others touch', { concurrency: 4 }, () => {
  const whileWriting = async (
    sink: Sink,
    touch: (directory: string, child: Child) => Promise<void>,
  ): Promise<Found> => {
    let found: Found | undefined;
    await withDirectory(async directory => {
      const child = startWriter({ sink, directory, lines: 3_000, together: 10, pauseMs: 10 });
      try {
        await touch(directory, child);
        assert.deepEqual(await child.exit(60_000), { code: 0, signal: null }, child.stderr());
        assert.equal(child.stdout() + child.stderr(), '');
        found = find(directory);
      } finally {
        await child.stop();
      }
    });
    assert.ok(found);
    return found;
  };

  /** Waits until the file has grown beyond so many bytes. */
  const grown = async (file: string, bytes: number): Promise<void> => {
    for (let tries = 0; tries < 3_000; tries++) {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > bytes) return;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    throw new Error(`${file} does not grow beyond ${bytes} bytes`);
  };

  const rename = async (directory: string): Promise<void> => {
    const file = path.join(directory, 'combined.log');
    await grown(file, 50_000);
    execFileSync('mv', [file, `${file}.1`]);
    await grown(file, 10_000);
  };

  test('renamed, as logrotate does: goes on in a new file of the old name within a second; nothing is lost', async () =>
    assert.deepEqual(differenceOf(await whileWriting('ours', rename), 3_000), nothing));

  test("renamed: the control, winston's own transport, goes on in the renamed file", async () => {
    await whileWriting('winston', async (directory, child) => {
      const file = path.join(directory, 'combined.log');
      await grown(file, 50_000);
      execFileSync('mv', [file, `${file}.1`]);
      await child.exit(60_000);
      assert.deepEqual(readdirSync(directory), ['combined.log.1']);
    });
  });

  test('renamed and made anew, as logrotate does with `create`: nothing is lost', async () => {
    const found = await whileWriting('ours', async directory => {
      const file = path.join(directory, 'combined.log');
      await grown(file, 50_000);
      execFileSync('mv', [file, `${file}.1`]);
      writeFileSync(file, '');
      await grown(file, 10_000);
    });
    assert.deepEqual(differenceOf(found, 3_000), nothing);
  });

  test('copied and cut, as logrotate does with `copytruncate`: no hole, and no line is torn', async () => {
    const found = await whileWriting('ours', async directory => {
      const file = path.join(directory, 'combined.log');
      for (let round = 1; round <= 3; round++) {
        await grown(file, 50_000);
        execFileSync('cp', [file, `${file}.${round}`]);
        truncateSync(file);
      }
    });
    // What is written between copy and cut is lost by its nature.
    assert.deepEqual(differenceOf(found, 3_000).torn, []);
  });

  test('deleted: goes on in a new file with the next batch', async () => {
    const found = await whileWriting('ours', async directory => {
      const file = path.join(directory, 'combined.log');
      await grown(file, 50_000);
      rmSync(file);
      await grown(file, 10_000);
    });
    assert.deepEqual(differenceOf(found, 3_000).torn, []);
  });

  test('appended to by another program that ends in half a line: the next record is a line of its own', async () => {
    const found = await whileWriting('ours', async directory => {
      const file = path.join(directory, 'combined.log');
      await grown(file, 50_000);
      appendFileSync(file, 'half a li');
    });
    assert.deepEqual(differenceOf(found, 3_000), { ...nothing, torn: ['half a li'] });
  });

  test('the whole directory removed: it is made anew', async () => {
    const found = await whileWriting('ours', async directory => {
      await grown(path.join(directory, 'combined.log'), 50_000);
      rmSync(directory, { recursive: true });
      await grown(path.join(directory, 'combined.log'), 10_000);
    });
    assert.deepEqual(differenceOf(found, 3_000).torn, []);
  });
});
