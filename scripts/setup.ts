// Installs the system tools that tests need and that are missing: `npm run check` runs it before the tests.
// It installs only with apt-get, as root or with sudo. Elsewhere it prints the command to run and exits with 1.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SYSTEM_TOOLS, type SystemTool } from './system-tools.ts';

export interface System {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  readonly hasProgram: (name: string) => boolean;
}

/** Commands to run in turn, or the message for a person to run one. */
export type Setup = { readonly commands: readonly (readonly string[])[] } | { readonly message: string };

const IN_CONTAINER =
  'docker run --rm --privileged --volume "$PWD":/pflow --workdir /pflow node:20 npm run check';

/** Decides how the missing tools get onto this system. */
export function planSetup({ platform, isRoot, hasProgram }: System): Setup {
  const missing = (Object.keys(SYSTEM_TOOLS) as SystemTool[]).filter((tool) => !hasProgram(tool));
  if (missing.length === 0) return { commands: [] };
  const packages = [...new Set(missing.map((tool) => SYSTEM_TOOLS[tool]))];
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages];
  if (platform !== 'linux') {
    return { message: `Tests run on Linux only. Run them in a container:\n\n  ${IN_CONTAINER}\n` };
  }
  if (!hasProgram('apt-get')) {
    return {
      message:
        `Missing: ${missing.join(', ')}. Install them with the package manager of this system, ` +
        `or run the tests in a container:\n\n  ${IN_CONTAINER}\n`,
    };
  }
  if (isRoot) return { commands: [['apt-get', 'update'], install] };
  if (hasProgram('sudo')) {
    return {
      commands: [
        ['sudo', 'apt-get', 'update'],
        ['sudo', ...install],
      ],
    };
  }
  return {
    message: `Missing: ${missing.join(', ')}. Run as root:\n\n  apt-get update && ${install.join(' ')}\n`,
  };
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function setUp(): boolean {
  const system = { platform: process.platform, isRoot: process.getuid?.() === 0, hasProgram: isOnPath };
  const setup = planSetup(system);
  if ('message' in setup) {
    console.error(setup.message);
    return false;
  }
  return setup.commands.every((command) => {
    const [program = '', ...args] = command;
    const { status } = spawnSync(program, args, { stdio: 'inherit' });
    if (status !== 0) console.error(`This command failed; the tests need it:\n\n  ${command.join(' ')}\n`);
    return status === 0;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !setUp()) process.exitCode = 1;
