// A disk that can be filled: a tmpfs in a mount namespace of its own, which nothing outside sees. Needs root.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './require-tool.ts';

const FILLER = 'filler';

export class SmallDisk {
  readonly folder: string;
  private readonly holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.holder = holder;
  }

  /** Mounts it on the folder, for one user. `size`: for example `64m`. */
  static async mount(folder: string, size: string, user: { uid: number; gid: number }): Promise<SmallDisk> {
    for (const tool of ['unshare', 'mount'] as const) requireTool(tool);
    mkdirSync(folder, { recursive: true });
    const options = `size=${size},mode=0700,uid=${String(user.uid)},gid=${String(user.gid)}`;
    const script = 'mount -t tmpfs -o "$0" tmpfs "$1" && echo mounted && exec sleep infinity';
    // The namespace, and what is on the disk, live as long as this process.
    const holder = spawn('unshare', ['--mount', 'sh', '-c', script, options, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [mounted] = await Promise.race([
      once(holder.stdout, 'data').then(() => [true]),
      once(holder, 'exit').then(() => [false]),
    ]);
    if (mounted !== true) throw new Error('mounts are not permitted here');
    return new SmallDisk(folder, holder);
  }

  /** The command that runs a program which sees the disk. */
  commandAs({ uid, gid }: { uid: number; gid: number }): readonly string[] {
    const target = ['--target', String(this.holder.pid), '--mount'];
    return ['nsenter', ...target, '--setuid', String(uid), '--setgid', String(gid), '--'];
  }

  /** Leaves no byte of space. */
  fill(): void {
    spawnSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null', this.pathOf(FILLER)]);
  }

  free(): void {
    rmSync(this.pathOf(FILLER), { force: true });
  }

  end(): void {
    this.holder.kill('SIGKILL');
  }

  private pathOf(name: string): string {
    return join(`/proc/${String(this.holder.pid)}/root`, this.folder, name);
  }
}
