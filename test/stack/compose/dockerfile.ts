import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../child.ts';

/** A stage of the Dockerfile: what its image begins with, and what is done in it, in order. */
export interface Stage {
  readonly from: string;
  readonly name: string;
  readonly user: string;
  readonly steps: readonly { readonly word: string; readonly rest: string }[];
}

/** The instructions of a Dockerfile by stage. Reads what ours uses, and refuses the rest. */
export const parseDockerfile = (text: string): readonly Stage[] => {
  const stages: Stage[] = [];
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line.trim() !== '');
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    if (word === 'FROM') {
      const [, from = '', name = ''] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ from, name, user: 'root', steps: [] });
    } else if (stage && ['WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'EXPOSE', 'CMD'].includes(word)) {
      const steps = [...stage.steps, { word, rest }];
      stages[stages.length - 1] = { ...stage, steps, user: word === 'USER' ? rest : stage.user };
    } else throw new Error(`not read here: ${line}`);
  }
  return stages;
};

export const dockerfile: readonly Stage[] = parseDockerfile(
  readFileSync(path.join(root, 'Dockerfile'), 'utf8'),
);

/** What the Dockerfile may copy: `.dockerignore` leaves out all but these names. */
export const context: readonly string[] = (() => {
  const [all, ...names] = readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));
  if (all !== '*' || !names.every(name => name.startsWith('!')))
    throw new Error('.dockerignore is no longer a list of what is let in: read it here as it is now');
  return names.map(name => name.slice(1));
})();

/** The arguments of a COPY, and the stage that it copies from. */
export const copied = (
  rest: string,
): { readonly from: string | undefined; readonly sources: readonly string[]; readonly target: string } => {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  return { from, sources: words, target };
};
