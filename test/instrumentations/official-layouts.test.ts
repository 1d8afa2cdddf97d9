import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from '../child.ts';
import { treesOf } from '../otlp-receiver.ts';
import { temporaryFolder } from '../package/packed.ts';
import { fixture, settled, withScenario } from './official-app.ts';
import { expectedTraces } from './official-trees.ts';

const folder = temporaryFolder({ after });

/** A folder with the fixture's applications, and a way to put its packages elsewhere in it. */
const project = (name: string) => {
  const at = path.join(folder, name);
  for (const part of ['server.mjs', 'server.cjs', 'serve.cjs', 'scenarios']) {
    cpSync(path.join(fixture, part), path.join(at, part), { recursive: true });
  }
  return {
    at,
    install: (library: string, to: string): void =>
      cpSync(path.join(fixture, 'node_modules', library), path.join(at, to), { recursive: true }),
    write: (file: string, content: string | object): void => {
      mkdirSync(path.dirname(path.join(at, file)), { recursive: true });
      writeFileSync(path.join(at, file), typeof content === 'string' ? content : JSON.stringify(content));
    },
  };
};

const treeOf = (library: string): string =>
  expectedTraces.find(expected => expected.library === library)?.tree.trim() ?? '';

const check = (library: string, as: 'mjs' | 'cjs', folder: string): Promise<void> =>
  withScenario({ library, as, folder }, async ({ ask, receiver }) => {
    await ask();
    await settled(receiver, treeOf(library).split('\n').length);
    assert.equal(treesOf(receiver.spans), treeOf(library));
  });

describe('a library is found', { concurrency: 2 }, () => {
  for (const as of ['mjs', 'cjs'] as const) {
    for (const library of ['graphql', 'dataloader', 'generic-pool']) {
      test(`where pnpm puts it: ${library}, ${as}`, async () => {
        const { at, install } = project(`pnpm-${library}-${as}`);
        const store = `node_modules/.pnpm/${library}@1.0.0/node_modules/${library}`;
        install(library, store);
        symlinkSync(path.join(at, store), path.join(at, 'node_modules', library), 'dir');
        await check(library, as, at);
      });

      test(`where only another package has it: ${library}, ${as}`, async () => {
        const { at, install, write } = project(`transitive-${library}-${as}`);
        // What the application asks for is a package that hands on what it has below it.
        write('node_modules/between/package.json', { name: 'between', main: 'index.js' });
        write('node_modules/between/index.js', `module.exports = require('${library}');`);
        install(library, `node_modules/between/node_modules/${library}`);
        write(
          `scenarios/${library}.cjs`,
          `const scenario = require(${JSON.stringify(path.join(fixture, `scenarios/${library}.cjs`))});
           module.exports = load => scenario(() => load('between'));`,
        );
        await check(library, as, at);
      });
    }
  }

  test('in two versions at once', async () => {
    const { at, install, write } = project('versions');
    install('generic-pool', 'node_modules/first/node_modules/generic-pool');
    install('generic-pool', 'node_modules/second/node_modules/generic-pool');
    for (const name of ['first', 'second']) {
      write(`node_modules/${name}/index.js`, "module.exports = require('generic-pool');");
    }
    write(
      'scenarios/both.cjs',
      `const scenario = require('./generic-pool.cjs');
       module.exports = async load => {
         const runs = [await scenario(() => load('first')), await scenario(() => load('second'))];
         return () => Promise.all(runs.map(run => run()));
       };`,
    );
    await withScenario({ library: 'both', folder: at }, async ({ ask, receiver }) => {
      await ask();
      await settled(receiver, 3);
      const acquire = '  generic-pool.acquire internal';
      assert.equal(treesOf(receiver.spans), ['GET server', acquire, acquire].join('\n'));
    });
  });
});

describe('an application that brings the official instrumentation itself', { concurrency: 2 }, () => {
  // It comes after our hooks, takes off what is around a function already, and so takes the place of ours.
  const own = path.join(root, 'node_modules/@opentelemetry');
  const packageOf: Readonly<Record<string, string>> = { grpc: '@grpc', 'aws-sdk': '@aws-sdk' };
  for (const as of ['mjs', 'cjs'] as const) {
    for (const [library, name] of [
      ['amqplib', 'AmqplibInstrumentation'],
      ['aws-sdk', 'AwsInstrumentation'],
      // It replaces a constructor, which nobody can tell to be replaced.
      ['dataloader', 'DataloaderInstrumentation'],
      ['graphql', 'GraphQLInstrumentation'],
      ['generic-pool', 'GenericPoolInstrumentation'],
      ['grpc', 'GrpcInstrumentation'],
      ['kafkajs', 'KafkaJsInstrumentation'],
      ['openai', 'OpenAIInstrumentation'],
    ] as const) {
      test(`makes each span once: ${library}, ${as}`, async () => {
        const { at: folder, write } = project(`own-${library}-${as}`);
        for (const packages of [path.join(fixture, 'node_modules', packageOf[library] ?? library), own]) {
          const link = path.join(folder, path.relative(packages === own ? root : fixture, packages));
          mkdirSync(path.dirname(link), { recursive: true });
          symlinkSync(packages, link, 'dir');
        }
        write(
          `scenarios/${library}.cjs`,
          `const { ${name} } = require(${JSON.stringify(path.join(own, `instrumentation-${library}`))});
           new ${name}({ ignoreTrivialResolveSpans: true });
           module.exports = require(${JSON.stringify(path.join(fixture, `scenarios/${library}.cjs`))});`,
        );
        await check(library, as, folder);
      });
    }
  }
});

describe('a library that is not as it should be', { concurrency: 2 }, () => {
  const used = (name: string, version: string, source: string) => {
    const { at, write } = project(`${name}-${version}`);
    write(`node_modules/${name}/package.json`, { name, version, main: 'index.js' });
    write(`node_modules/${name}/index.js`, source);
    write(
      `scenarios/${name}.cjs`,
      `module.exports = async load => { const { use } = await load('${name}'); return async () => use(); };`,
    );
    return { library: name, folder: at };
  };

  for (const as of ['mjs', 'cjs'] as const) {
    test(`works as without us, and is told and counted, when patching it throws, ${as}`, () => {
      const source = `
        exports.Client = class { makeUnaryRequest() {} };
        exports.Server = class { register() {} };
        const original = exports.Server.prototype.register;
        exports.use = () => exports.Server.prototype.register === original;`;
      const broken = used('@grpc/grpc-js', `1.99.${as === 'mjs' ? 0 : 1}`, source);
      return withScenario({ ...broken, as }, async ({ ask, app, receiver }) => {
        // What was patched before it threw is as it was.
        assert.equal(await ask(), true);
        await settled(receiver, 1);
        assert.equal(treesOf(receiver.spans), 'GET server');
        const lines = app.stderr().match(/^.*grpc.*$/gm);
        assert.equal(lines?.length, 1, app.stderr());
        assert.match(
          lines[0] ?? '',
          /^\[monitoring\] the grpc hook failed, the application is not affected: @grpc\/grpc-js 1\.99\.\d is used without spans: TypeError: makeGenericClientConstructor is not a function$/,
        );
        assert.match(await app.scrape(), /^monitoring_hook_failures_total\{hook="grpc"\} 1$/m);
      });
    });
  }

  test('is left alone, and told, in a version that its instrumentation is not for', () => {
    const source =
      'exports.Pool = class { acquire() {} }; exports.use = () => String(exports.Pool.prototype.acquire);';
    return withScenario(used('generic-pool', '4.0.0', source), async ({ ask, app }) => {
      assert.equal(await ask(), 'acquire() {}');
      assert.match(
        app.stderr(),
        /^\[monitoring\] generic-pool 4\.0\.0 is used without spans: its instrumentation is for >=3\.0\.0 <4 or .*$/m,
      );
      assert.doesNotMatch(await app.scrape(), /monitoring_hook_failures_total\{/);
    });
  });

  test('works as without us when an option makes its instrumentation throw', () => {
    const env = {
      MONITORING_INSTRUMENTATION_OPTIONS:
        '{"grpc":{"metadataToSpanAttributes":{"client":{"requestMetadata":5}}}}',
    };
    return withScenario({ library: 'grpc', env }, async ({ ask, app, receiver }) => {
      assert.equal(await ask(), 'Hello Ada');
      await settled(receiver, 1);
      assert.equal(treesOf(receiver.spans), 'GET server');
      assert.equal(app.stderr().match(/grpc-js \d\S+ is used without spans: TypeError: /g)?.length, 1);
    });
  });
});
