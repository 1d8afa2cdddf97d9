const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/**
 * Where lines are printed for good, and a block of lines that is always the newest. On a terminal the block
 * is redrawn in place below the printed lines; elsewhere every block is printed, without escape codes.
 *
 * @param {import('node:tty').WriteStream} stream
 */
export function createScreen(stream) {
  return stream.isTTY ? terminal(stream) : plain(stream);
}

function terminal(stream) {
  let block = [];
  let height = 0;
  const erase = () => (height === 0 ? '' : `\x1b[${height}A\x1b[0J`);
  const paint = () => {
    const lines = block.slice(0, Math.max(1, stream.rows - 1)).map(line => line.slice(0, stream.columns));
    height = lines.length;
    return lines.map(line => `${line}\n`).join('');
  };
  const showCursor = () => stream.write(SHOW_CURSOR);
  process.once('exit', showCursor);
  stream.write(HIDE_CURSOR);

  return {
    /** Seconds between two blocks. */
    interval: 1,
    get rows() {
      return stream.rows;
    },
    print(line) {
      stream.write(`${erase()}${line}\n${paint()}`);
    },
    draw(lines) {
      const before = erase();
      block = lines;
      stream.write(before + paint());
    },
  };
}

function plain(stream) {
  return {
    interval: 5,
    rows: 24,
    print: line => stream.write(`${line}\n`),
    draw: lines => stream.write(`\n${lines.join('\n')}\n`),
  };
}
