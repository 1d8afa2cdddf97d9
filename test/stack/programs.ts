import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** A program that the stack's files are proved with: its path, or why its tests are skipped. */
export interface StackProgram {
  readonly path: string;
  /** For a test's `skip`: false where there is a program to run. */
  readonly skip: string | false;
}

/** As a shell finds it, without running it: every file of tests asks for all fourteen. */
const canRun = (name: string): boolean =>
  (name.includes('/') ? [''] : (process.env.PATH ?? '').split(path.delimiter)).some(folder => {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });

/**
 * Where CI is set a missing program is an error, but for those of the next Debian: a mirror that cannot be reached
 * is no fault of ours.
 *
 * @param variable names its path; `.ci/programs` prints those that are not on the PATH
 * @param fallback what is looked for without it
 */
const program = (variable: string, fallback: string, isOptional = false): StackProgram => {
  const found = process.env[variable] ?? fallback;
  const isThere = canRun(found);
  if (!isThere && !isOptional && process.env.CI === 'true')
    throw new Error(`no program ${found}: set ${variable} to its path, as eval "$(.ci/programs)" does`);
  return { path: found, skip: isThere ? false : `no ${fallback}: run eval "$(.ci/programs)" before` };
};

/** Debian 12's: Prometheus 2.42 and Alertmanager 0.25. */
export const prometheus2: StackProgram = program('TEST_PROMETHEUS', 'prometheus');
export const promtool2: StackProgram = program('TEST_PROMTOOL', 'promtool');
export const alertmanager25: StackProgram = program('TEST_ALERTMANAGER', 'prometheus-alertmanager');
export const amtool25: StackProgram = program('TEST_AMTOOL', 'amtool');

/** The next Debian's: Prometheus 3.5 and Alertmanager 0.33. */
export const prometheus3: StackProgram = program('TEST_PROMETHEUS_3', 'prometheus-3', true);
export const alertmanager33: StackProgram = program('TEST_ALERTMANAGER_33', 'alertmanager', true);

const beside = ({ path: program, skip }: StackProgram, name: string): StackProgram => {
  const found = path.join(path.dirname(program), name);
  return { path: found, skip: skip === false && !existsSync(found) ? `no ${name} beside ${program}` : skip };
};
export const promtool3: StackProgram = beside(prometheus3, 'promtool');
export const amtool33: StackProgram = beside(alertmanager33, 'amtool');

/** Compose 2 as a program of its own; it reads files without a Docker engine. */
export const compose: StackProgram = program('TEST_COMPOSE', 'docker-compose', true);
/** The Collector of otel-collector/builder.yaml. */
export const collector: StackProgram = program('TEST_OTELCOL', 'otelcol-ykmake');
export const chromium: StackProgram = program('TEST_CHROMIUM', 'chromium');
/** The Loki of docker-compose.yml, built from its module; no released Debian has one. */
export const loki: StackProgram = program('TEST_LOKI', 'loki', true);
/** A Tempo 3, which is no module and so not built by `.ci/programs`: where somebody has one. */
export const tempo: StackProgram = (({ path, skip }) => ({
  path,
  skip: skip && 'no Tempo 3: set TEST_TEMPO to its path',
}))(program('TEST_TEMPO', 'tempo', true));

/** The API server's check of objects against its schemas; those of the Prometheus Operator lie in `monitoringCrds`. */
export const kubectlValidate: StackProgram = program('TEST_KUBECTL_VALIDATE', 'kubectl-validate');
export const monitoringCrds: string = process.env.TEST_MONITORING_CRDS ?? '';
export const kustomize: StackProgram = program('TEST_KUSTOMIZE', 'kustomize');
