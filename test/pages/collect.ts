/** A preload of the test processes: keeps every metrics page that a test fetches, each once, for the suite `pages`. */
import { keepPage, pagesFolder } from './collected.ts';

const folder = pagesFolder();
const { text } = Response.prototype;

Object.assign(Response.prototype, {
  async text(this: Response): Promise<string> {
    const page = await text.call(this);
    const type = this.headers.get('content-type') ?? '';
    const isMetrics = /^(text\/plain; version=|application\/openmetrics-text)/.test(type);
    // Without an address it was made in the test, of whatever text; the answer to HEAD has none.
    if (folder !== undefined && isMetrics && this.ok && this.url !== '' && page !== '')
      keepPage(folder, { type, page });
    return page;
  },
});
