import { parseArgs } from 'node:util';

/** The command line of start.js. */
export function readOptions() {
  try {
    const { values } = parseArgs({
      options: { rate: { type: 'string', default: '20' }, seconds: { type: 'string' } },
    });
    return { rate: positive(values.rate), seconds: values.seconds && positive(values.seconds) };
  } catch {
    console.error('Usage: npm start -- [--rate requests-per-second] [--seconds until-it-ends]');
    process.exit(1);
  }
}

function positive(text) {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`${text} is no positive number`);
}
