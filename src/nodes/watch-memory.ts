// Watches the resident memory of another process. Buffers count, which the heap limits of V8 do not know.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Reading /proc takes microseconds; elsewhere each look starts a process. */
const PROC_INTERVAL_MS = 10;
const PS_INTERVAL_MS = 100;

/** Calls `onExceeded` once when the process has more than `limitBytes`. Returns what ends the watch. */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): () => void {
  const hasProc = process.platform === 'linux';
  const read = hasProc ? readFromProc : readFromPs;
  let isOver = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const kilobytes = await read(pid);
    if (isOver) return;
    if (kilobytes !== undefined && kilobytes * 1024 > limitBytes) {
      isOver = true;
      onExceeded();
      return;
    }
    timer = setTimeout(() => void look(), hasProc ? PROC_INTERVAL_MS : PS_INTERVAL_MS);
  };
  timer = setTimeout(() => void look(), PROC_INTERVAL_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Returns undefined for a process that is gone. */
async function readFromProc(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'latin1').catch(() => '');
  const kilobytes = /^VmRSS:\s*(\d+) kB$/mu.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes);
}

function readFromPs(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      const kilobytes = Number.parseInt(stdout, 10);
      resolve(error !== null || Number.isNaN(kilobytes) ? undefined : kilobytes);
    });
  });
}
