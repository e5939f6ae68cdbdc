// Invariant: `npm run check` is the only command on a fresh machine; README, CI and tests depend on one list of tools.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planSetup, type System } from '../../scripts/setup.ts';
import { SYSTEM_TOOLS } from '../../scripts/system-tools.ts';
import { ROOT } from '../support/root.ts';

const TOOLS = Object.keys(SYSTEM_TOOLS);

/** Programs that every system with Node.js and git has. */
const BASE = ['sh', 'npm', 'git', 'bash', '/bin/bash', '/bin/sh', 'mkfifo'];

function systemWith(programs: readonly string[], system: Partial<System> = {}): System {
  return { platform: 'linux', isRoot: false, hasProgram: (name) => programs.includes(name), ...system };
}

describe('setup', () => {
  test('runs no command if every tool is installed', () => {
    expect(planSetup(systemWith(TOOLS, { platform: 'darwin' }))).toEqual({ commands: [] });
  });

  test('installs the packages of the missing tools with apt-get as root', () => {
    const programs = [...TOOLS.filter((tool) => tool !== 'strace' && tool !== 'jq'), 'apt-get'];
    expect(planSetup(systemWith(programs, { isRoot: true }))).toEqual({
      commands: [
        ['apt-get', 'update'],
        ['apt-get', 'install', '--yes', '--no-install-recommends', 'strace', 'jq'],
      ],
    });
  });

  test('installs a package once if two of its tools are missing, with sudo if not root', () => {
    const programs = [...TOOLS.filter((tool) => tool !== 'prlimit' && tool !== 'unshare'), 'apt-get', 'sudo'];
    expect(planSetup(systemWith(programs))).toEqual({
      commands: [
        ['sudo', 'apt-get', 'update'],
        ['sudo', 'apt-get', 'install', '--yes', '--no-install-recommends', 'util-linux'],
      ],
    });
  });

  test.each([
    ['without root and sudo', systemWith(['apt-get']), 'apt-get update && apt-get install --yes'],
    ['on Linux without apt-get', systemWith(['sudo']), 'docker run --rm --privileged'],
    ['on macOS', systemWith(['apt-get', 'sudo'], { platform: 'darwin' }), 'docker run --rm --privileged'],
  ])('prints the command to run %s', (_title, system, command) => {
    expect(planSetup(system)).toEqual({ message: expect.stringContaining(command) as string });
  });

  test('exits with code 1 and names the failed command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pflow-setup-'));
    try {
      for (const name of ['apt-get', 'sudo']) {
        writeFileSync(join(folder, name), '#!/bin/sh\nexit 100\n');
        chmodSync(join(folder, name), 0o755);
      }
      const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
      const { status, stderr } = spawnSync(process.execPath, [tsx, join(ROOT, 'scripts/setup.ts')], {
        env: { PATH: folder },
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([1, expect.stringMatching(/apt-get update\n/u) as string]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('README, CI and package.json name the same single command', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Record<string, string>;
  };
  expect(scripts['check']).toContain('npm run setup');
  expect(scripts['setup']).toBe('tsx scripts/setup.ts');
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toMatch(/^npm run check/mu);
  const commands = readFileSync(join(ROOT, '.ci/run'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(commands).toEqual(['set -euo pipefail', 'cd "$(dirname "$0")/.."', 'exec npm run check']);
});

test('every program that a test starts by name is in the list of tools', () => {
  const started = ['test', 'fixtures/programs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...readFileSync(join(ROOT, folder, name), 'utf8').matchAll(
          /\b(?:spawn|exec\w+)(?:Sync)?\(\s*'([^']+)'/gu,
        ),
      ])
      .map(([, program = '']) => program),
  );
  expect(started).toContain('strace');
  expect([...new Set(started)].filter((name) => ![...BASE, ...TOOLS].includes(name))).toEqual([]);
});
