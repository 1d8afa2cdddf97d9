/** A program whose query fails and whose promise nobody looks at: pg with or without us, on a url. */
import { observePg, pg } from './observed-pg.ts';

const [url, how] = process.argv.slice(2);
const observed = how === 'observed' ? observePg() : undefined;
process.on('exit', () => console.log(observed?.take().join() ?? 'not observed'));
const client = new pg.Client(url);
await client.connect();
client.query('SELECT * FROM missing');
