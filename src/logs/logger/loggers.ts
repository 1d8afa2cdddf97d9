import * as lines from '../../lines.ts';
import type { Redaction } from '../../redaction/redaction.ts';
import type { Settings } from '../../settings/table.ts';
import type { LogDirectories } from '../log-directory.ts';
import type { OnLoggedError } from '../logged-error.ts';
import { chooseLevel, errorLevel, type Levels, npmLevels } from './levels.ts';
import { createFindLoggedError } from './logged-errors.ts';
import type { Logger } from './logger.ts';
import type { LogConsole, LoggerOptions } from './options.ts';
import { createRecords } from './record.ts';
import { consoleSink, fileSink, type Sink } from './sinks.ts';
import { createStandInLogger, type StandInOptions } from './stand-in.ts';
import type { Winston } from './winston.ts';
import { createWinstonLogger } from './winston-logger.ts';

export interface LoggersOptions extends Pick<StandInOptions, 'locate' | 'emit' | 'onFailure'> {
  readonly settings: Pick<Settings, 'nodeEnv' | 'logLevel' | 'logDirectory' | 'logConsole'>;
  readonly service: string;
  readonly redaction: Redaction;
  /** The application's winston; asked for with the first logger. */
  readonly loadWinston: () => Winston | undefined;
  readonly directories: Pick<LogDirectories, 'open'>;
  /** `undefined`: nobody wants to know. */
  readonly onLoggedError?: OnLoggedError | undefined;
  /** Writes a line to stdout. */
  readonly print: (line: string) => void;
  readonly report: (line: string) => void;
  /** Says a line of which one a minute and cause is enough. */
  readonly reportOnce: (cause: string, line: string) => void;
}

export interface OwnLogger extends Logger {
  readonly levels: Levels;
  write(info: object): boolean;
}

/** Makes loggers as the settings and their options say. */
export const createLoggers = (parts: LoggersOptions): ((options?: LoggerOptions) => OwnLogger) => {
  const { settings, service, redaction, directories, report } = parts;
  const isProduction = settings.nodeEnv === 'production';
  const recordOf = createRecords(redaction);
  const findLoggedError = createFindLoggedError(parts.onLoggedError, parts.onFailure);
  let winston: { readonly loaded: Winston | undefined } | undefined;

  const loadOnce = (): Winston | undefined => {
    if (winston === undefined) {
      winston = { loaded: parts.loadWinston() };
      if (winston.loaded === undefined) report(lines.withoutWinston());
    }
    return winston.loaded;
  };

  const levelOf = (levels: Levels, given: string | undefined): string => {
    const { level, complaint } = chooseLevel(levels, wishedLevel(given, settings.logLevel), isProduction);
    // Once for all loggers.
    if (complaint !== undefined) parts.reportOnce(complaint, complaint);
    return level;
  };

  const sinksOf = (directory: string, style: LogConsole, levels: Levels): readonly Sink[] => {
    const open = (name: 'error.log' | 'combined.log', level: string | undefined): Sink =>
      fileSink(name, level, directories.open(directory, name, style !== 'none'));
    return [
      ...(directory === 'none'
        ? []
        : [open('error.log', errorLevel(levels)), open('combined.log', undefined)]),
      ...(style === 'none' ? [] : [consoleSink(style, parts.print)]),
    ];
  };

  return (options = {}) => {
    const loaded = loadOnce();
    const levels = options.levels ?? npmLevels;
    const style =
      options.console ??
      (loaded !== undefined && hasConsole(loaded, options) ? 'none' : undefined) ??
      settings.logConsole ??
      (isProduction ? 'none' : 'simple');
    const common = {
      ...{ levels, recordOf, findLoggedError, onFailure: parts.onFailure },
      level: levelOf(levels, options.level),
      defaultMeta: { service: options.service ?? service, ...options.defaultMeta },
      sinks: sinksOf(options.directory ?? settings.logDirectory ?? 'logs', style, levels),
    };
    return loaded === undefined
      ? createStandInLogger({ ...parts, ...common, silent: options.silent ?? false })
      : createWinstonLogger({ ...common, winston: loaded, options, redaction });
  };
};

const wishedLevel = (
  option: string | undefined,
  variable: string | undefined,
): { readonly name: string; readonly value: string } | undefined => {
  if (option !== undefined) return { name: 'createLogger: level', value: String(option) };
  return variable === undefined ? undefined : { name: 'LOG_LEVEL', value: variable };
};

const hasConsole = ({ transports }: Winston, options: LoggerOptions): boolean =>
  [options.transports ?? []].flat().some(transport => transport instanceof transports.Console);
