import { createRequire } from 'node:module';
import path from 'node:path';

/** What sends by gRPC. Not ours: it brings a package with an install script and takes as long to load as all of us. */
export const grpcPackage = '@opentelemetry/exporter-trace-otlp-grpc';

/** Its file, as code in the first of these folders that has it would require it; `undefined` where none has. */
export const findGrpcPackage = (folders: readonly string[]): string | undefined => {
  for (const folder of folders) {
    try {
      return createRequire(path.join(folder, 'index.js')).resolve(grpcPackage);
    } catch {
      // Not installed there.
    }
  }
  return undefined;
};

export const grpcNotInstalled = (): Error =>
  new Error(
    `${grpcPackage} is not installed: nothing is traced; OTLP over gRPC needs it beside the application`,
  );
