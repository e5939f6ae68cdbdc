// Starts a VictoriaMetrics server of its own for tests: in a temporary folder, on a free port of loopback.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class MetricsServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'pflow-vm-'));
  private server: ChildProcess | undefined;
  private port = 0;

  async start(): Promise<void> {
    const options = [
      `-storageDataPath=${this.folder}`,
      // The system chooses a free one.
      '-httpListenAddr=127.0.0.1:0',
      '-retentionPeriod=100y',
      '-memory.allowedBytes=64MB',
      '-search.disableCache',
    ];
    const server = spawn('victoria-metrics', options, { stdio: 'ignore' });
    this.server = server;
    await new Promise((resolve, reject) => {
      server.once('spawn', resolve).once('error', reject);
    });
    while (server.exitCode === null && server.signalCode === null) {
      this.port = listeningPort(server.pid ?? 0);
      if (this.port > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`victoria-metrics ended with ${String(server.exitCode)}`);
  }

  /** Resolves to the body. Throws for a status that is not a success. */
  async request(path: string, body?: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${String(this.port)}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${String(response.status)}: ${text}`);
    return text;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server?.pid !== undefined && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const LISTENING = '0A';

/** The port that this process listens on, and no other; 0 so far. */
function listeningPort(pid: number): number {
  const sockets = new Set(
    readdirSync(`/proc/${String(pid)}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/u.exec(linkOf(`/proc/${String(pid)}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    }),
  );
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  for (const row of rows) {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/u);
    if (state === LISTENING && sockets.has(inode)) return parseInt(local.split(':')[1] ?? '0', 16);
  }
  return 0;
}

/** Empty for a file that was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
