/** A program whose query fails and whose promise nobody looks at: mongodb with or without us, of a folder, on a url. */
import { type Mongodb, observeMongodb, requireMongodb } from './observed-mongodb.ts';

const [folder = '', url = '', how] = process.argv.slice(2);
const observed = how === 'observed' ? observeMongodb(folder) : undefined;
process.on('exit', () => console.log(observed?.take().join() ?? 'not observed'));
const { MongoClient } = requireMongodb(folder) as Mongodb;
const client = new MongoClient(url);
await client.connect();
client.db().command({ find: 'missing' });
