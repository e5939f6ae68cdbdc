// The console samples of a page: commands that are run, and what the page says they print.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, PROGRAM, ROOT } from './cli.ts';

const BLOCK = /^```console\n([\s\S]*?)^```$/gmu;

export interface Sample {
  readonly command: string;
  readonly printed: string;
}

export function samplesOf(page: string): Sample[] {
  return [...page.matchAll(BLOCK)].map(([, block = '']) => {
    const [first = '', ...rest] = block.split('\n');
    return { command: first.replace(/^\$ /u, ''), printed: rest.join('\n') };
  });
}

/** The page with what its commands print now. */
export function refreshOutputs(page: string): string {
  return page.replace(BLOCK, (_all, block: string) => {
    const [first = ''] = block.split('\n');
    return `\`\`\`console\n${first}\n${outputOf(first.replace(/^\$ /u, ''))}\`\`\``;
  });
}

/** Runs a line of shell at the root of the project, with `pflow` on the path and a home of its own. */
export function outputOf(command: string): string {
  const home = mkdtempSync(join(tmpdir(), 'pflow-sample-'));
  try {
    const bin = join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'pflow'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
    chmodSync(join(bin, 'pflow'), 0o755);
    const env = cleanEnvironment(home);
    return execFileSync('bash', ['-o', 'pipefail', '-c', command], {
      cwd: ROOT,
      env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
