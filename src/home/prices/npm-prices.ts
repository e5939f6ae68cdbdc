// Downloads the newest price data from the configured npm registry. What arrives is checked against its integrity.
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PflowError } from '../../errors.ts';
import { readTextFile } from '../text-file.ts';
import * as z from 'zod';
import { download, type DownloadOptions } from './download.ts';
import { parseLiteral } from './js-literal.ts';
import type { PriceList } from './price-list.ts';
import { readTarFile } from './tarball.ts';
import type { Environment } from '../../values/environment.ts';
import { present } from '../../values/present.ts';

export const PACKAGE = '@pydantic/genai-prices';
const DATA_FILE = 'package/dist/index.js';
const DEFAULT_REGISTRY = 'https://registry.npmjs.org/';

/** The registry that npm would use: of the scope, else the general one; the environment before `.npmrc`. */
function npmRegistry(env: Environment): string {
  const files = [
    join(process.cwd(), '.npmrc'),
    env['NPM_CONFIG_USERCONFIG'] ?? join(env['HOME'] ?? homedir(), '.npmrc'),
  ];
  const lines = files.flatMap((path) => (readTextFile(path) ?? '').split('\n').map((line) => line.trim()));
  const setting = (name: string): string | undefined =>
    lines
      .find((line) => line.startsWith(`${name}=`) || line.startsWith(`${name} =`))
      ?.split('=')
      .slice(1)
      .join('=')
      .trim();
  const fromEnv = env['npm_config_registry'] ?? env['NPM_CONFIG_REGISTRY'];
  const found = setting('@pydantic:registry') ?? fromEnv ?? setting('registry') ?? DEFAULT_REGISTRY;
  return found.endsWith('/') ? found : `${found}/`;
}

interface Release {
  readonly version: string;
  /** The day on which it was published. */
  readonly day: string;
  readonly tarball: string;
  readonly integrity: string;
}

/** The part of a registry's description of a package that is read. */
const packumentSchema = z.object({
  'dist-tags': z.object({ latest: z.string() }),
  time: z.record(z.string(), z.string()),
  versions: z.record(
    z.string(),
    z.object({ dist: z.object({ tarball: z.string(), integrity: z.string() }).optional() }),
  ),
});

function newestRelease(packument: unknown, url: string): Release {
  const { success, data } = packumentSchema.safeParse(packument);
  const version = data?.['dist-tags'].latest ?? '';
  const dist = data?.versions[version]?.dist;
  const day = data?.time[version]?.slice(0, 10) ?? '';
  if (!success || dist === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    throw invalidError(`the registry describes no complete release of ${PACKAGE} at ${url}`);
  }
  return { version, day, ...dist };
}

/** Downloads the newest `@pydantic/genai-prices`. Throws PRICES_UNAVAILABLE or PRICES_INVALID. */
export async function npmPriceList(options: DownloadOptions): Promise<PriceList> {
  const url = `${npmRegistry(options.env)}${PACKAGE.replace('/', '%2f')}`;
  const { bytes: packument } = await download(url, options);
  const release = newestRelease(parsePackument(packument, url), url);
  const { bytes } = await download(release.tarball, options);
  assertIntegrity(bytes, release);
  const text = readDataFile(bytes, release.tarball);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const version = `${release.version}+${release.day}`;
  return { json: parseData(text, release.tarball), source: PACKAGE, version, date: release.day, sha256 };
}

function parsePackument(bytes: Buffer, url: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalidError(`the registry did not answer with JSON at ${url}`, error);
  }
}

function assertIntegrity(bytes: Buffer, { integrity, tarball }: Release): void {
  const [algorithm = '', expected] = integrity.split(/\s+/)[0]?.split(/-(.*)/s) ?? [];
  if (algorithm === 'sha512' && createHash('sha512').update(bytes).digest('base64') === expected) return;
  throw invalidError(`${tarball} is not what the registry announced: its integrity differs`);
}

function readDataFile(tarball: Buffer, url: string): string {
  try {
    const text = readTarFile(tarball, DATA_FILE);
    if (text !== undefined) return text;
  } catch (error) {
    throw invalidError(`${url} is not a package: ${(error as Error).message}`, error);
  }
  throw invalidError(`${url} has no file ${DATA_FILE}`);
}

/** The data are the first list of objects with an id in the module. */
function parseData(text: string, url: string): unknown {
  const start = /=\s*(?=\[\s*\{\s*id:)/.exec(text);
  try {
    if (start === null) throw new Error('no list of providers');
    return parseLiteral(text, start.index + start[0].length);
  } catch (error) {
    throw invalidError(`${url} has no readable prices: ${(error as Error).message}`, error);
  }
}

function invalidError(message: string, cause?: unknown): PflowError {
  return new PflowError('PRICES_INVALID', message, {
    hint: 'Nothing was changed. Try again later, or take the prices from a file: pflow prices update --from FILE.',
    ...present({ cause }),
  });
}
