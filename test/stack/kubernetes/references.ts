import type { Container, Labels, Manifest, PodTemplate } from './manifests.ts';

type Workload = Manifest & { readonly spec: { readonly template: PodTemplate } };

const matches = (selector: Labels, labels: Labels): boolean =>
  Object.keys(selector).length > 0 &&
  Object.entries(selector).every(([name, value]) => labels[name] === value);

const isWorkload = (manifest: Manifest): manifest is Workload => manifest.spec?.template !== undefined;

const portsOf = ({ spec }: Workload): readonly string[] =>
  spec.template.spec.containers.flatMap(({ ports }) => ports.map(({ name }) => name));

/**
 * What points nowhere among objects that are applied together: each as a sentence.
 *
 * @param secrets that are made by hand, as `name/key`
 */
export const danglingIn = (manifests: readonly Manifest[], secrets: readonly string[]): readonly string[] => {
  const workloads = manifests.filter(isWorkload);
  const exists = (kind: string, name: string): boolean =>
    manifests.some(manifest => manifest.kind === kind && manifest.metadata.name === name);

  const chosen = (what: string, selector: Labels, ports: readonly string[]): readonly string[] => {
    const found = workloads.filter(({ spec }) => matches(selector, spec.template.metadata.labels));
    if (found.length === 0) return [`${what} selects no Pod: ${JSON.stringify(selector)}`];
    return found.flatMap(workload =>
      ports
        .filter(port => !portsOf(workload).includes(port))
        .map(port => `${what} wants the port ${port}, which ${workload.metadata.name} has not`),
    );
  };
  const secret = (what: string, name: string, key: string): readonly string[] =>
    secrets.includes(`${name}/${key}`) ? [] : [`${what} wants the Secret ${name}/${key}, which nobody makes`];

  const inContainer = (what: string, container: Container, workload: Workload): readonly string[] => {
    const { containers: _, volumes } = workload.spec.template.spec;
    const claims = (workload.spec.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => name);
    const mounted = [...volumes.map(({ name }) => name), ...claims];
    const { startupProbe, readinessProbe, livenessProbe } = container;
    const probed = [startupProbe, readinessProbe, livenessProbe].flatMap(probe => {
      const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
      return port === undefined || container.ports.some(({ name }) => name === port)
        ? []
        : [`${what} probes the port ${port}, which it has not`];
    });
    return [
      ...probed,
      ...container.volumeMounts
        .filter(({ name }) => !mounted.includes(name))
        .map(({ name }) => `${what} mounts ${name}, which is no volume`),
      ...container.env.flatMap(({ valueFrom }) =>
        valueFrom?.secretKeyRef === undefined
          ? []
          : secret(what, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key),
      ),
    ];
  };

  return manifests.flatMap(manifest => {
    const { kind, spec } = manifest;
    const what = `${kind} ${manifest.metadata.name}`;
    const selector = spec?.selector;
    switch (kind) {
      case 'Service':
        return chosen(
          what,
          selector ?? {},
          (spec.ports ?? []).map(({ targetPort }) => targetPort),
        );
      case 'PodDisruptionBudget':
        return chosen(what, selector?.matchLabels ?? {}, []);
      case 'HorizontalPodAutoscaler': {
        const { kind: target = '', name = '' } = spec.scaleTargetRef ?? {};
        return exists(target, name) ? [] : [`${what} scales ${target} ${name}, which is not there`];
      }
      case 'NetworkPolicy': {
        const rules = spec.ingress ?? [];
        const peers = rules.flatMap(({ from = [] }) =>
          // Of another namespace nothing is known here.
          from.flatMap(({ podSelector, namespaceSelector }) =>
            namespaceSelector === undefined && podSelector?.matchLabels !== undefined
              ? chosen(`${what}, from,`, podSelector.matchLabels, [])
              : [],
          ),
        );
        const ports = rules.flatMap(rule => rule.ports.map(({ port }) => port));
        return [...chosen(what, spec.podSelector?.matchLabels ?? {}, ports), ...peers];
      }
      case 'PodMonitor':
        return (spec.podMetricsEndpoints ?? []).flatMap(({ port, authorization }) => [
          ...chosen(what, selector?.matchLabels ?? {}, [port]),
          ...(authorization === undefined
            ? []
            : secret(what, authorization.credentials.name, authorization.credentials.key)),
        ]);
      default: {
        if (!isWorkload(manifest)) return [];
        const { containers, volumes } = manifest.spec.template.spec;
        const own = manifest.spec.selector?.matchLabels ?? {};
        return [
          ...(matches(own, manifest.spec.template.metadata.labels)
            ? []
            : [`${what} does not select its own Pods`]),
          ...(manifest.spec.serviceName === undefined || exists('Service', manifest.spec.serviceName)
            ? []
            : [`${what} has no Service ${manifest.spec.serviceName}`]),
          ...volumes.flatMap(({ configMap }) =>
            configMap === undefined || exists('ConfigMap', configMap.name)
              ? []
              : [`${what} wants the ConfigMap ${configMap.name}, which is not there`],
          ),
          ...containers.flatMap(container => inContainer(what, container, manifest)),
        ];
      }
    }
  });
};
