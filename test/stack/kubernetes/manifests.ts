import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../../child.ts';

export const folder: string = path.join(root, 'deploy/kubernetes');

export type Labels = Readonly<Record<string, string>>;

interface Named {
  readonly name: string;
}

export interface Container extends Named {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports: readonly (Named & { readonly containerPort: number })[];
  readonly env: readonly (Named & {
    readonly value?: string;
    readonly valueFrom?: {
      readonly secretKeyRef?: Named & { readonly key: string; readonly optional?: boolean };
    };
  })[];
  readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly limits: { readonly memory?: string } };
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly tcpSocket?: { readonly port: string };
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly volumes: readonly (Named & { readonly configMap?: Named })[];
    readonly securityContext: Readonly<Record<string, unknown>>;
  };
}

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly namespaceSelector?: { readonly matchLabels?: Labels };
}

export interface Endpoint {
  readonly port: string;
  readonly honorLabels?: boolean;
  readonly interval: string;
  readonly scrapeTimeout: string;
  readonly authorization?: { readonly credentials: Named & { readonly key: string } };
  readonly relabelings?: readonly { readonly targetLabel?: string; readonly replacement?: string }[];
}

/** As much of any object as the tests look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Named & { readonly labels?: Labels; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly selector?: Labels & { readonly matchLabels?: Labels };
    readonly template?: PodTemplate;
    readonly serviceName?: string;
    readonly replicas?: number;
    readonly volumeClaimTemplates?: readonly { readonly metadata: Named }[];
    readonly ports?: readonly (Named & { readonly port: number; readonly targetPort: string })[];
    readonly clusterIP?: string;
    readonly scaleTargetRef?: { readonly kind: string } & Named;
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly ingress?: readonly {
      readonly ports: readonly { readonly port: string }[];
      readonly from?: readonly Peer[];
    }[];
    readonly jobLabel?: string;
    readonly podMetricsEndpoints?: readonly Endpoint[];
    readonly groups?: readonly unknown[];
  } & Readonly<Record<string, unknown>>;
}

/** What `kubectl apply -k` applies: everything that kustomization.yaml names, in its order. */
export const resources: readonly string[] = parse(
  readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8'),
).resources;

export const manifests: readonly Manifest[] = resources.flatMap(file =>
  parseAllDocuments(readFileSync(path.join(folder, file), 'utf8')).map(
    document => document.toJS() as Manifest,
  ),
);

export const named = (kind: string, name: string, all: readonly Manifest[] = manifests): Manifest => {
  const found = all.find(manifest => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

export const containerOf = (manifest: Manifest): Container => {
  const [container] = manifest.spec.template?.spec.containers ?? [];
  if (container === undefined) throw new Error(`${manifest.kind} ${manifest.metadata.name} has no container`);
  return container;
};
