// Requires the system tools of tests. A missing tool fails the test and names the package to install: a
// skipped test would look like proof that no event gets lost.
import { spawnSync } from 'node:child_process';
import { SYSTEM_TOOLS, type SystemTool } from '../../scripts/system-tools.ts';

export function requireTool(tool: SystemTool): void {
  const { error } = spawnSync(tool, ['--version'], { stdio: 'ignore' });
  if (error === undefined) return;
  throw new Error(
    `${tool} is missing; tests need it.\n` + `  Install it: apt-get install ${SYSTEM_TOOLS[tool]}`,
  );
}
