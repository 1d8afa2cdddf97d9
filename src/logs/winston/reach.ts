import { type Info, levelKey } from './info.ts';

type Levels = Readonly<Record<string, number>>;

/** What a logger is piped to: a transport, a stream that takes only exceptions, another logger, or any stream. */
interface Target {
  readonly levels?: Levels;
  readonly level?: string;
  readonly silent?: boolean;
  readonly handleExceptions?: boolean;
  readonly parent?: { readonly level?: string } | null;
  /** The transport behind a wrapper for old transports, exceptions or rejections. */
  readonly transport?: object;
  readonly _transform?: unknown;
  readonly child?: unknown;
}

export interface WinstonLogger {
  readonly silent?: boolean;
  readonly levels: Levels;
  readonly level: string;
  readonly transports: readonly Target[];
  readonly _readableState?: { readonly pipes?: Target | readonly Target[] | null };
}

/** Where a record goes from its logger. */
export interface Reach {
  /** At least one transport writes it. */
  readonly isWritten: boolean;
  /** OpenTelemetry's own transport has it already. */
  readonly isSent: boolean;
  /** The loggers that get it, too. */
  readonly loggers: readonly object[];
}

/** OpenTelemetry's transport by its class, which `@opentelemetry/instrumentation-winston` adds to every logger. */
const ownTransport = 'OpenTelemetryTransportV3';

/**
 * Asks the rules of Winston's transports (`TransportStream._write`), as the level of a record says nothing about where
 * it goes. Formats of single transports are not asked. A logger without any is asked for its own level, as its
 * `isLevelEnabled` does: Winston keeps such lines for a transport to come.
 */
export const reachOf = (logger: WinstonLogger, info: Info): Reach => {
  const targets = targetsOf(logger);
  if (targets.length === 0) {
    return { isWritten: isEnabled(logger.levels, logger.level, info), isSent: false, loggers: none };
  }
  let isWritten = false;
  let isSent = false;
  let loggers: readonly Target[] = none;
  for (const target of targets) {
    if (isLogger(target)) loggers = [...loggers, target];
    else if (target.constructor?.name === ownTransport) isSent ||= accepts(target, info);
    else isWritten ||= accepts(target, info);
  }
  return { isWritten, isSent, loggers };
};

const none: readonly Target[] = [];

const targetsOf = (logger: WinstonLogger): readonly Target[] => {
  const pipes = logger._readableState?.pipes;
  if (pipes === undefined) return logger.transports;
  if (pipes === null) return none;
  return Array.isArray(pipes) ? (pipes as readonly Target[]) : [pipes as Target];
};

const isLogger = (target: Target): boolean =>
  typeof target._transform === 'function' && typeof target.child === 'function';

const accepts = (target: Target, info: Info): boolean => {
  const { levels, level, transport } = target;
  if (levels === undefined) {
    if (transport === undefined) return true;
    return Boolean(target.handleExceptions ? info.exception : info.rejection);
  }
  if (target.silent || (info.exception === true && !target.handleExceptions)) return false;
  // Wrapped transports of Winston 2 do not ask their logger.
  const least = transport === undefined ? level || target.parent?.level : level;
  return !least || isEnabled(levels, least, info);
};

const isEnabled = (levels: Levels, least: string, info: Info): boolean =>
  Number(levels[least]) >= Number(levels[info[levelKey] as string]);
