// Reads the console samples of a page, runs them and compares the output.
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

/** Returns the page with the current output of its commands. */
export function refreshOutputs(page: string): string {
  return page.replace(BLOCK, (_all, block: string) => {
    const [first = ''] = block.split('\n');
    return `\`\`\`console\n${first}\n${outputOf(first.replace(/^\$ /u, ''))}\`\`\``;
  });
}

/** Runs a shell command at the project root. It finds `pflow` on the PATH and has an empty home. */
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
