/**
 * Writes what the Kubernetes manifests share with the other parts of the stack: the rules of Prometheus as
 * PrometheusRules, the Collector's configurations as ConfigMaps. With --check it only says whether that is current; a
 * folder may be named in place of deploy/kubernetes/generated.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const [named = path.join(root, 'deploy/kubernetes/generated')] = process.argv
  .slice(2)
  .filter(argument => argument !== '--check');
const folder = path.resolve(named);

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const indented = (text: string, spaces: number): string => text.replace(/^(?=.)/gm, ' '.repeat(spaces));
const generatedFrom = (source: string): string =>
  `# Generated from ${source} by scripts/kubernetes.ts: change that, then run "npm run kubernetes".`;

/** One object for each file: all together would be too long for the annotation that `kubectl apply` leaves. */
const prometheusRule = (file: string): string => `${generatedFrom(file)}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: ykmake-${path.basename(file, '.yml')}
  labels:
    app.kubernetes.io/name: ykmake
spec:
${indented(read(file), 2)}`;

const configMap = (name: string, file: string): string => `${generatedFrom(file)}
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: otel-collector
data:
  ${path.basename(file)}: |
${indented(read(file), 4)}`;

const rules = globSync('prometheus/rules/*.yml', { cwd: root }).sort();
const files: Readonly<Record<string, string>> = {
  'prometheus-rules.yaml': rules.map(prometheusRule).join('---\n'),
  'collector-agent-config.yaml': configMap('otel-agent-config', 'otel-collector/agent.yaml'),
  'collector-gateway-config.yaml': configMap('otel-gateway-config', 'otel-collector/gateway.yaml'),
};

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const file = path.join(folder, name);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (current(file) !== text) {
    console.error(`${path.relative(root, file)} is out of date: run "npm run kubernetes"`);
    process.exitCode = 1;
  }
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
