import type { Service, Stack } from './stack.ts';

/** Why a service has no healthcheck of its own. */
const unprobed: Readonly<Record<string, string>> = {
  prepare: 'it ends; what depends on it waits for that',
  traffic: 'it serves nothing',
  'otel-collector': 'its image has no program for it: otel-collector-health asks it',
};

/** Services that are root, with the one right that they have for it. */
const roots: Readonly<Record<string, string>> = { prepare: 'CHOWN' };

const each = (
  stack: Stack,
  faultsOf: (service: Service, name: string) => readonly (string | false)[],
): readonly string[] =>
  Object.entries(stack.services).flatMap(([name, service]) =>
    faultsOf(service, name)
      .filter(fault => fault !== false)
      .map(fault => `${name}: ${fault}`),
  );

/** What an intruder, a leak or a full disk could do in a service that it need not be able to. */
export const hardeningFaults = (stack: Stack, imageUser: string): readonly string[] => {
  const built = Object.values(stack.services).flatMap(({ build, image }) => (build && image ? [image] : []));
  return each(stack, (service, name) => {
    const { image = '', healthcheck, restart, deploy, logging, cap_add = [], ports = [] } = service;
    const isBuilt = built.includes(image);
    const user = service.user ?? (isBuilt ? imageUser : '');
    const { cpus = 0, memory = 0, pids = 0 } = deploy?.resources?.limits ?? {};
    const right = roots[name];
    return [
      !isBuilt && !/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/.test(image) && `image ${image} has no exact version`,
      isBuilt && service.pull_policy !== 'never' && 'would be pulled, and exists here only',
      !(healthcheck?.test?.[0] === 'CMD' || unprobed[name]) && 'no healthcheck',
      service.read_only !== true && 'its root can be written to',
      service.cap_drop?.join() !== 'ALL' && 'keeps capabilities',
      cap_add.join() !== (right ?? '') && `gets the capabilities ${cap_add}`,
      !service.security_opt?.includes('no-new-privileges:true') && 'may get new privileges',
      right === undefined && !/^[1-9]\d*:\d+$/.test(user) && `user ${user || 'of the image'} may be root`,
      right !== undefined && service.network_mode !== 'none' && 'is root on a network',
      !(cpus > 0) && 'no limit of CPU',
      !(Number(memory) > 0) && 'no limit of memory',
      !(pids > 0) && 'no limit of processes',
      !(logging?.driver === 'json-file' && logging.options?.['max-size'] && logging.options['max-file']) &&
        'its log grows without an end',
      restart !== (name === 'prepare' ? 'no' : 'unless-stopped') && `restart is ${restart}`,
      ...ports.map(
        port =>
          port.host_ip !== '127.0.0.1' && `port ${port.published} is open to ${port.host_ip ?? 'everybody'}`,
      ),
      ...(service.volumes ?? []).map(
        mount => mount.type === 'bind' && !mount.read_only && `may write to ${mount.source}`,
      ),
      service.extra_hosts !== undefined && name !== 'prometheus' && 'knows the host',
    ];
  });
};
