import { createReport, writeToStandardError } from '../host/report.ts';
import type { Logging } from '../logs/logger/logging.ts';
import { createRedaction } from '../redaction/redaction.ts';
import { resourceAttributes } from '../resource.ts';
import { environment } from '../settings/environment.ts';
import { errors as ours } from '../settings/errors.ts';
import { readSettings } from '../settings/read.ts';
import { createProcessEnd } from '../shutdown.ts';
import { activeSpan } from '../traces/active-span.ts';
import { postAtExit } from '../transport/exit-post.ts';
import { version } from '../version.ts';
import type { ErrorsApi } from './api.ts';
import { createErrors } from './create-errors.ts';
import { startErrors } from './start-errors.ts';

/**
 * Without the preload: as the environment says now. Errors that nobody catches are reported once the application calls
 * `configure`. Of its bad variables only those about errors are spoken of.
 */
export const startErrorsAlone = (logging: () => Logging): ErrorsApi => {
  const { settings, complaints } = readSettings(environment());
  const report = createReport(writeToStandardError, settings.diagnosticLevel === 'none');
  const names = Object.values(ours).map(({ name }) => name);
  for (const complaint of complaints) {
    if (names.some(name => complaint.startsWith(`${name}=`))) report(complaint);
  }
  const started = startErrors({
    ...{ settings, version, report },
    service: resourceAttributes(settings)['service.name'] ?? '',
    redaction: () => createRedaction(settings.redactKeys),
    linesOf: () => [],
    activeTrace: activeSpan,
    currentRequest: () => undefined,
    isLogWanted: () => true,
    logLine: line => logging().logError(line),
    useLogger: () => logging().logger(),
    onEvent: () => {},
    onAlert: () => {},
    processEnd: createProcessEnd(settings.shutdownTimeout, postAtExit),
    // There is no metric to count it in.
    onFailure: () => {},
    load: () => ({ createErrors }),
    undo: [],
  });
  return {
    ...started,
    configure: options => {
      started.watchProcess();
      started.configure(options);
    },
  };
};
