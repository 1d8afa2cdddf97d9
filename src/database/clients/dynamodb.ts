import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import { madeElsewhere } from '../../instrumentations/spans-made-elsewhere.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { createDynamoDbCalls } from '../dynamodb/calls.ts';

/** Asked by the SDK itself, where it looks for the nearest endpoint. */
const housekeeping = 'DescribeEndpointsCommand';

/** The class that has the method, in newer versions the one from which the command is derived: it belongs to it alone. */
const ownerOf = (prototype: object | null): Methods | undefined => {
  if (prototype === null) return undefined;
  if (Object.hasOwn(prototype, 'resolveMiddleware')) return prototype as Methods;
  return ownerOf(Object.getPrototypeOf(prototype) as object | null);
};

/** Of the constructors that the package exports, what its commands do when they are sent. */
const commandsOf = (exports: unknown): readonly (Methods | undefined)[] =>
  Object.entries(exports as Record<string, unknown>)
    .filter(([name]) => name.endsWith('Command') && name !== housekeeping)
    .map(([, exported]) =>
      typeof exported === 'function' ? ownerOf(exported.prototype as object | null) : undefined,
    );

/** DynamoDB through the AWS SDK 3, by its commands, with or without `@aws-sdk/lib-dynamodb`, which makes these. */
export const createPatch: DatabaseAdapter['createPatch'] = ({ calls, onFailure }) => {
  const resolveMiddleware = createDynamoDbCalls(calls, onFailure);
  return ({ exports }) => {
    const undo = commandsOf(exports).flatMap(
      prototype => replaceMethods(prototype, { resolveMiddleware }) ?? [],
    );
    if (undo.length === 0) return undefined;
    const giveBack = madeElsewhere('DynamoDBClient');
    return () => {
      giveBack();
      for (const step of undo) step();
    };
  };
};
