import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { isLauncher } from './host/launcher.ts';
import { supportOf } from './host/node-version.ts';
import { createReport, notStarted, writeToStandardError } from './host/report.ts';
import { environment } from './settings/environment.ts';
import { boolean } from './settings/parse.ts';

/**
 * The preload: `node --import @ykmake/monitoring/register app.js`. Decides whether this process is an
 * application to be monitored, and only then loads the rest, so that nothing of it can get in the way of an
 * application that it does not fit. `require`, because it is synchronous: the application runs right after.
 */
const preload = (): void => {
  const report = createReport(writeToStandardError, environment().OTEL_LOG_LEVEL === 'none');
  try {
    // Worker threads run the preload again; their process is monitored already.
    if (!isMainThread || isLauncher(mainScript(), process.execArgv)) return;
    // Asked for here already: loading the rest is most of what a start takes.
    if (boolean.parse((environment().OTEL_SDK_DISABLED ?? '').trim())) {
      report('off: OTEL_SDK_DISABLED is true');
      return;
    }
    const support = supportOf(process.versions.node);
    if (support === 'unsupported') {
      report(
        `Node.js ${process.versions.node} is not supported (22.15 or later is): the application runs unmonitored`,
      );
      return;
    }
    if (support === 'best-effort') {
      report(
        `Node.js ${process.versions.node} is not supported (22.15 or later is): monitoring works as far as it can`,
      );
    }
    const { start } = createRequire(import.meta.url)('./start.js') as typeof import('./start.ts');
    start();
  } catch (error) {
    report(notStarted(error));
  }
};

const mainScript = (): string | undefined => {
  const script = process.argv[1];
  try {
    return script === undefined ? undefined : realpathSync(script);
  } catch {
    return script;
  }
};

preload();
