/** Loggers with everything that they need: one file of its own, loaded when the application logs with us. */
import { createReport, limitPerCause, type Report, writeToStandardError } from '../../host/report.ts';
import { createRedaction } from '../../redaction/redaction.ts';
import { resourceAttributes } from '../../resource.ts';
import { environment } from '../../settings/environment.ts';
import { logs } from '../../settings/logs.ts';
import { readSettings } from '../../settings/read.ts';
import type { Settings } from '../../settings/table.ts';
import { createProcessEnd } from '../../shutdown.ts';
import { activeTrace } from '../../traces/active-trace.ts';
import { createLogFile } from '../files/log-file.ts';
import { createLogging, type Logging, type LoggingOptions } from './logging.ts';
import { createPrint } from './print.ts';
import { loadWinston } from './winston.ts';

export interface StartLoggerOptions
  extends Pick<
    LoggingOptions,
    'emit' | 'emitLogged' | 'onLoggedError' | 'report' | 'reportOnce' | 'processEnd' | 'requestsAreLogged'
  > {
  readonly settings: Settings;
  readonly service: string;
}

/** As the preload's settings say. */
export const startLogger = (options: StartLoggerOptions): Logging =>
  createLogging({
    ...options,
    redaction: createRedaction(options.settings.redactKeys),
    loadWinston,
    openFile: createLogFile,
    print: createPrint(),
    printFallback: writeToStandardError,
    activeTrace,
  });

/** Without the preload: as the environment says now. Of its bad variables only those of logs are spoken of. */
export const startLoggerAlone = (): Logging => {
  const { settings, complaints } = readSettings(environment());
  const report: Report = createReport(writeToStandardError, settings.diagnosticLevel === 'none');
  const names = Object.values(logs).map(({ name }) => name);
  for (const complaint of complaints) {
    if (names.some(name => complaint.startsWith(`${name}=`))) report(complaint);
  }
  return startLogger({
    settings,
    service: resourceAttributes(settings)['service.name'] ?? '',
    emit: undefined,
    report,
    reportOnce: limitPerCause(report, performance.now.bind(performance)),
    processEnd: createProcessEnd(settings.shutdownTimeout),
    requestsAreLogged: false,
  });
};
