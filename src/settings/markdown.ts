import { type Setting, written } from './setting.ts';
import type { Topic } from './table.ts';

const introduction = `# Configuration

<!-- Generated from src/settings by scripts/docs.ts: change the table there, then run "npm run docs". -->

Everything is set by environment variables, and nothing has to be set. Standard names of OpenTelemetry are used
where they exist; the package's own begin with \`MONITORING_\`.

**Where to set them.** The preload reads the environment once, before the application's first line. A \`.env\` file
that the application loads itself comes too late; let Node.js load it:

\`\`\`sh
node --env-file=.env --import @ykmake/monitoring/register app.js
\`\`\`

**What happens to a bad value.** One line on stderr says what was given, what was expected and what is used instead,
and the application runs on. With \`MONITORING_STRICT=1\` the process stops with exit code 78 instead:

\`\`\`text
OTEL_EXPORTER_PROMETHEUS_PORT="94640" is not a port (0 to 65535): using 9464
\`\`\`

An empty variable counts as one that is not set, and spaces around a value do not matter. In lists, commas separate.
The value of a variable that is marked as secret never appears in a message.
`;

/** The whole page, one table for each topic. */
export function configurationPage(topics: readonly Topic[]): string {
  return [introduction, ...topics.map(section)].join('\n');
}

function section({ title, settings }: Topic): string {
  const rows = Object.values(settings).map(row);
  return [
    `## ${title}`,
    '',
    '| variable | value | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function row(setting: Setting<unknown>): string {
  const cells = [`\`${setting.name}\``, setting.kind.expected, fallback(setting), meaning(setting)];
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A text of one word is a value, a longer one describes how the default is found. */
function fallback({ fallback, fallbackText }: Setting<unknown>): string {
  if (fallbackText?.includes(' ')) return fallbackText;
  const value = fallbackText ?? written(fallback);
  return value === '' ? 'not set' : `\`${value}\``;
}

function meaning({ help, secret }: Setting<unknown>): string {
  return secret ? `${help} Secret.` : help;
}
