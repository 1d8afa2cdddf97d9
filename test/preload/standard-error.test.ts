import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fixtureNode, register, root, startChild } from '../child.ts';

const fixture = path.join(root, 'test/fixtures/preload/left-behind.mjs');
const monitored = `"${fixtureNode}" --import "${register}" "${fixture}"`;
const writing = `"${fixtureNode}" --eval "require('fs').writeSync(2, 'x')"`;

/** What the shell does to standard error, and what a program that writes to it without care ends with. */
const states = {
  // Node.js opens a closed one itself.
  'is closed': { before: 'exec 2>&-', careless: 0 },
  'has lost its reader': { before: 'exec 2> >(exec true); sleep 1', careless: 1 },
  'is a full device': { before: 'exec 2>/dev/full', careless: 1 },
  // 64 KiB fill the pipe, which nobody reads.
  'is a full pipe': {
    before: 'exec 2> >(exec sleep 60 >/dev/null); head -c 65536 /dev/zero >&2',
    careless: 124,
  },
} as const;

const shell = async (before: string, command: string) => {
  const child = startChild({
    node: 'bash',
    args: ['-c', `${before}\n${command}\ncode=$?\nexec 2>/dev/null\nkill $!\nexit $code`],
    group: true,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', MONITORING_MAX_SERIES: 'many' },
  });
  try {
    const { code } = await child.exit();
    return { code, stdout: child.stdout() };
  } finally {
    await child.stop();
  }
};

describe('a standard error that takes nothing', { concurrency: 2 }, () => {
  for (const [name, { before, careless }] of Object.entries(states)) {
    test(`never hurts: it ${name}`, async () => {
      const { code, stdout } = await shell(before, `timeout 15 ${monitored}`);
      assert.equal(code, 0);
      assert.match(stdout, /"answer":"served"/);
    });

    test(`control: a program that writes without care is hurt when it ${name}`, async () => {
      assert.equal((await shell(before, `timeout 3 ${writing}`)).code, careless);
    });
  }
});
