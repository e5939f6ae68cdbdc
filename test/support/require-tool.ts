// Tools of the system that fault tests need. Where one is missing a test fails and says how to get it: a test that
// skips itself would say that nothing is lost without having looked.
import { spawnSync } from 'node:child_process';

const PACKAGES = { strace: 'strace', prlimit: 'util-linux', unshare: 'util-linux', mount: 'mount' } as const;

export type Tool = keyof typeof PACKAGES;

export function requireTool(tool: Tool): void {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  if (error === undefined) return;
  throw new Error(
    `${tool} is missing, and without it nothing is known about logs on a broken disk.\n` +
      `  Install it: apt-get install ${PACKAGES[tool]}`,
  );
}
