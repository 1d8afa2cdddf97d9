import { after, before } from 'node:test';
import { type DynamoDbServer, startDynamoDb } from '../dynamodb-server.ts';
import { testMatrix } from '../matrix.ts';

let dynamodb: DynamoDbServer | undefined;
before(async () => {
  dynamodb = await startDynamoDb();
});
after(() => dynamodb?.stop());

const sdk = {
  ...{ cases: 'dynamodb', adapter: 'dynamodb', system: 'aws.dynamodb' },
  url: () => dynamodb?.url,
};

testMatrix(sdk);
testMatrix({ ...sdk, folder: 'databases-older' });
