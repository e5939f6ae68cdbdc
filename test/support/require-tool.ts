// Requires the system tools of fault tests. A missing tool fails the test and names the package to install: a
// skipped test would look like proof that no event gets lost.
import { spawnSync } from 'node:child_process';

const PACKAGES = { strace: 'strace', prlimit: 'util-linux', unshare: 'util-linux', mount: 'mount' } as const;

export type Tool = keyof typeof PACKAGES;

export function requireTool(tool: Tool): void {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  if (error === undefined) return;
  throw new Error(
    `${tool} is missing; tests of logs on a broken disk need it.\n` +
      `  Install it: apt-get install ${PACKAGES[tool]}`,
  );
}
