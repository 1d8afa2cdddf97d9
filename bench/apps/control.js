/** What every measured application does: it says where it listens and answers the runner's questions over IPC. */
let timer;
let longestGap = 0;

const answers = {
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  memory: () => ({ rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 }),
  collectGarbage: () => {
    for (let time = 0; time < 3; time++) globalThis.gc();
  },
  /** Starts a timer of one millisecond; `longestGap` ends it and tells how late it ever was. */
  watchEventLoop: () => {
    longestGap = 0;
    let last = performance.now();
    timer = setInterval(() => {
      const now = performance.now();
      longestGap = Math.max(longestGap, now - last);
      last = now;
    }, 1);
  },
  longestGap: () => {
    clearInterval(timer);
    return longestGap;
  },
  // The way out that writes a --cpu-prof file.
  exit: () => setImmediate(() => process.exit(0)),
};

exports.listening = server => {
  console.log(`listening ${server.address().port} after ${answers.cpu()}`);
  if (process.send === undefined) return;
  process.on('message', question => process.send({ answer: answers[question]() ?? null }));
};
