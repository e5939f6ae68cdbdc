// Loaded before a measured Node program (`--import`): when that ends, writes the most memory it ever had, in bytes, to
// file descriptor 3. The memory of a process includes that of its threads.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    writeSync(3, String(peakBytes()));
  });
}

/** Not `maxRSS` where there is something better: a child inherits that of the process that started it. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/u.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
