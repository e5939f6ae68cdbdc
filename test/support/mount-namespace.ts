// Runs a shell script in a mount namespace. Its mounts are invisible outside and leave nothing behind. `pflow` in the
// script is the built program.
import { spawnSync } from 'node:child_process';
import { cleanEnvironment } from './clean-environment.ts';
import { PROGRAM } from './cli.ts';
import { requireTool } from './require-tool.ts';

/** Returns what the script wrote to stdout; throws if it failed. */
export function runInMountNamespace(cwd: string, script: string): string {
  requireTool('unshare');
  requireTool('mount');
  const inside = `set -eu; pflow() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${script}`;
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--map-root-user', '--mount', 'sh', '-c', inside],
    {
      cwd,
      env: cleanEnvironment(cwd),
      encoding: 'utf8',
    },
  );
  if (status === 0) return stdout;
  throw new Error(
    `the script failed; where namespaces or mounts are not permitted (in Docker: --privileged), ` +
      `nothing is known about logs on a full disk:\n${stderr}`,
  );
}
