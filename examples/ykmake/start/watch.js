import { figures } from './figures.js';
import { authorization } from './metrics-address.js';
import { parsePage } from './scrape.js';
import { table } from './table.js';

/** Seconds that the figures look back: long enough that rare routes do not flicker. */
const WINDOW = 10;

/** Lines of the table that are neither a route nor a query. */
const FRAME = 10;
const QUERIES = 5;

/**
 * Looks at the metrics page again and again, and shows what changed in the last seconds.
 *
 * @param {() => string | undefined} address
 */
export function createWatch(address) {
  let scrapes = [];
  let trouble;

  return {
    async look() {
      try {
        const scrape = await scrapePage(address());
        scrapes = [...scrapes.filter(({ time }) => time >= scrape.time - WINDOW - 0.5), scrape];
        trouble = undefined;
      } catch (error) {
        trouble = error.cause?.code ?? error.message;
      }
    },

    /** The table, as high as fits the rows of a terminal. */
    lines(rows) {
      if (trouble) return [`The table waits for the metrics page: ${trouble}`];
      if (scrapes.length < 2) return ['The table waits for the second look at the metrics page.'];
      const most = { routes: Math.max(3, Math.min(20, rows - FRAME - QUERIES)), queries: QUERIES };
      return table(figures(scrapes[0], scrapes.at(-1)), most);
    },
  };
}

async function scrapePage(address) {
  if (address === undefined) throw new Error('the preload does not serve it, see its line above');
  const credentials = authorization(process.env);
  const response = await fetch(address, {
    headers: credentials ? { authorization: credentials } : {},
    signal: AbortSignal.timeout(2000),
  });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return { time: performance.now() / 1000, page: parsePage(await response.text()) };
}
