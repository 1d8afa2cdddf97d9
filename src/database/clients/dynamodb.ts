import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import { madeElsewhere } from '../../instrumentations/spans-made-elsewhere.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { createDynamoDbCalls } from '../dynamodb/calls.ts';

/** Asked by the SDK itself, where it looks for the nearest endpoint. */
const housekeeping = 'DescribeEndpointsCommand';

/** Of the constructors that the package exports, those of its commands. */
const commandsOf = (exports: unknown): readonly Methods[] =>
  Object.entries(exports as Record<string, unknown>).flatMap(([name, exported]) =>
    name.endsWith('Command') && name !== '$Command' && name !== housekeeping && typeof exported === 'function'
      ? [exported.prototype as Methods]
      : [],
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
