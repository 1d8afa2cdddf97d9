import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../child.ts';
import {
  type Address,
  addressesIn,
  configurationsOf,
  mounted,
  pathsIn,
  splitAddresses,
  textsIn,
  unnamed,
} from './configurations.ts';
import { portsOf, type Service, type Stack } from './stack.ts';

/** Folders that an image has already, given to its user: a new volume there takes both over. */
const ownFolders: Readonly<Record<string, string>> = {
  prometheus: '/prometheus',
  alertmanager: '/alertmanager',
  grafana: '/var/lib/grafana',
  tempo: '/var/tempo',
  loki: '/loki',
  postgres: '/var/lib/postgresql/data',
};

/** Ports that a program listens on without being told. */
const knownPorts: Readonly<Record<string, readonly number[]>> = {
  prometheus: [9090],
  grafana: [3000],
  alertmanager: [9093],
  postgres: [5432],
};

const all = <T>(stack: Stack, faultsOf: (name: string, service: Service) => readonly T[]): readonly T[] =>
  Object.entries(stack.services).flatMap(([name, service]) => faultsOf(name, service));

const prepareScript = readFileSync(path.join(root, 'deploy/compose/prepare.sh'), 'utf8');

/** Files and folders that the stack names and that are not there, where its services look. */
export const pathFaults = (stack: Stack): readonly string[] =>
  all(stack, (name, service) => {
    const { volumes = [], command, user } = service;
    const sources = volumes
      .filter(({ type, source }) => type === 'bind' && !existsSync(source))
      .map(({ source }) => `${name}: ${path.relative(root, source)} is not there`);
    const unwritable = volumes
      .filter(({ type, read_only, target }) => type === 'volume' && !read_only && ownFolders[name] !== target)
      .filter(
        ({ target }) => user !== '0:0' && !prepareScript.includes(`chown ${user} "$collector"`) && target,
      )
      .map(({ target }) => `${name}: ${target} is root's`);
    const named = [
      ...(unnamed[name] ?? []),
      ...(command ?? []).flatMap(pathsIn),
      ...configurationsOf(stack, name).flatMap(({ content }) => textsIn(content).filter(isPath)),
    ];
    const missing = named.filter(file => !isThere(service, file)).map(file => `${name}: no ${file}`);
    return [...sources, ...unwritable, ...new Set(missing)];
  });

/** The text is a path of a container, and not of a URL. */
const isPath = (text: string): boolean =>
  /^\/(etc|var|run|loki|prometheus|alertmanager)\/[\w./*-]+$/.test(text);

const isThere = (service: Service, file: string): boolean => {
  if (file === '/dev/null') return true;
  const place = mounted(service, file);
  if (!place) return false;
  if (place.type === 'bind') return globSync(place.source + place.rest).length > 0;
  return (
    place.source !== 'secrets' || place.rest === '' || prepareScript.includes(`keep ${place.rest.slice(1)} `)
  );
};

/** All that a service is told of others and of itself. */
const addressesOf = (stack: Stack, name: string, service: Service): readonly Address[] => {
  const { command, environment = {}, healthcheck } = service;
  const texts = [...(command ?? []), ...Object.values(environment), ...(healthcheck?.test ?? [])];
  return [
    ...texts.flatMap(text => addressesIn(text ?? '')),
    ...configurationsOf(stack, name).flatMap(({ content }) => [
      ...textsIn(content).flatMap(addressesIn),
      ...splitAddresses(content),
    ]),
  ];
};

/**
 * Addresses at which nobody listens.
 *
 * @param known all services: a name that only profile `full` knows may stand in a list for discovery
 */
export const addressFaults = (stack: Stack, known: Stack, exposed: readonly number[]): readonly string[] =>
  all(stack, (name, service) => {
    const published = (service.ports ?? []).map(port => Number(port.published));
    return addressesOf(stack, name, service)
      .filter(({ host, port }) => {
        const isOwn = ['0.0.0.0', '127.0.0.1', 'localhost'].includes(host);
        const there = known.services[isOwn ? name : host];
        const listens = there ? portsOf(there) : [];
        return !listens.includes(port) && !(host === 'localhost' && published.includes(port));
      })
      .map(({ host, port }) => `${name}: nobody listens on ${host}:${port}`);
  }).concat(listenFaults(known, exposed));

/** Ports that a service offers to others and does not listen on. */
const listenFaults = (stack: Stack, exposed: readonly number[]): readonly string[] =>
  all(stack, (name, service) => {
    const configured = configurationsOf(stack, name).flatMap(({ content }) => [
      ...[...textsIn(content).flatMap(addressesIn), ...splitAddresses(content)]
        .filter(({ host }) => host === '0.0.0.0')
        .map(({ port }) => port),
      Number((content as { server?: { http_listen_port?: number } }).server?.http_listen_port),
    ]);
    const listened = [...configured, ...(knownPorts[name] ?? []), ...(name === 'app' ? exposed : [])];
    return portsOf(service)
      .filter(port => !listened.includes(port))
      .map(port => `${name}: offers ${port} and does not listen there`);
  });
