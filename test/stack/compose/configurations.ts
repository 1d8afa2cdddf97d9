import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Service, Stack } from './stack.ts';

/** The folder of the repository that a service sees under a path, and the rest of that path. */
export const mounted = (
  { volumes = [] }: Service,
  file: string,
): { readonly type: string; readonly source: string; readonly rest: string } | undefined => {
  const mount = volumes.find(({ target }) => file === target || file.startsWith(`${target}/`));
  return mount && { type: mount.type, source: mount.source, rest: file.slice(mount.target.length) };
};

/** Absolute paths in a text: of an argument, an assignment, a line of shell. */
export const pathsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|[\s="':])(\/(?:[\w.*-]+\/)*[\w.*-]+)/g)].map(([, found = '']) => found);

/** The Collector's own variables, none of which is set here: what each stands for then. */
const withDefaults = (text: string): string => text.replace(/\$\{env:\w+:-([^}]*)\}/g, '$1');

/** What a program reads without being told on its command line. */
export const unnamed: Readonly<Record<string, readonly string[]>> = {
  grafana: [
    // Without it Grafana ends at its start, since the mount hides that of the image.
    '/etc/grafana/grafana.ini',
    '/etc/grafana/provisioning/datasources',
    '/etc/grafana/provisioning/dashboards',
  ],
};

/** The YAML files that a service reads, as they are in the repository. */
export const configurationsOf = (
  stack: Stack,
  name: string,
): readonly { file: string; content: unknown }[] => {
  const service = stack.services[name];
  if (!service) return [];
  const named = (service.command ?? []).flatMap(pathsIn).filter(isYaml);
  const files = [...new Set([...named, ...(unnamed[name] ?? [])])].flatMap(file => {
    const place = mounted(service, file);
    if (place?.type !== 'bind') return [];
    const found = path.join(place.source, place.rest);
    return /\.\w+$/.test(found) ? [found].filter(isYaml) : filesIn(found).filter(isYaml);
  });
  return files
    .filter(file => existsSync(file))
    .map(file => ({ file, content: parse(withDefaults(readFileSync(file, 'utf8'))) }));
};

const isYaml = (file: string): boolean => /\.ya?ml$/.test(file);

const filesIn = (folder: string): readonly string[] =>
  (existsSync(folder) ? readdirSync(folder) : []).map(file => path.join(folder, file));

/** Each text in a parsed configuration. */
export const textsIn = (content: unknown): readonly string[] => {
  if (typeof content === 'string') return [content];
  if (typeof content !== 'object' || content === null) return [];
  return Object.values(content).flatMap(textsIn);
};

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port` in a text, alone or in a URL. */
export const addressesIn = (text: string): readonly Address[] =>
  [...text.matchAll(/(?:^|[\s/@'"])([a-z][a-z0-9.-]*|0\.0\.0\.0|127\.0\.0\.1):(\d{2,5})(?!\d)/g)].map(
    ([, host = '', port]) => ({ host, port: Number(port) }),
  );

/** Addresses that stand in a configuration as two values: DNS discovery and the Collector's own metrics. */
export const splitAddresses = (content: unknown): readonly Address[] => {
  if (typeof content !== 'object' || content === null) return [];
  const { names, host, port } = content as { names?: unknown; host?: unknown; port?: unknown };
  const hosts = Array.isArray(names) ? names : typeof host === 'string' ? [host] : [];
  return [
    ...(port === undefined ? [] : hosts.map(name => ({ host: String(name), port: Number(port) }))),
    ...Object.values(content).flatMap(splitAddresses),
  ];
};
