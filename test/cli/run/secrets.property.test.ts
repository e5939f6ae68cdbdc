// Invariant: no output of a failed run or of a dry run has a secret, in any encoding.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { executeFile } from '../../../src/cli/run/run-file.ts';
import type { RunOptions } from '../../../src/cli/run/run-options.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const encodings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  json: (text) => JSON.stringify(text).slice(1, -1),
  url: encodeURIComponent,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
};

/** Its nodes hand a text to the store and to an error. */
const WORKFLOW = {
  inputs: { text: {}, list: { type: 'array' } },
  nodes: [
    { id: 'say', type: 'echo', params: { message: '${text}', data: ['${list}', { inner: '${text}' }] } },
    { id: 'read', type: 'read-file', params: { file_path: '/nonexistent/${text}' } },
  ],
  edges: [{ from: 'say', to: 'read' }],
};

const letters = Array.from('abcXYZ0189+/=-_.~!"\\% é');
const secrets = fc
  .string({ unit: fc.constantFrom(...letters), minLength: 8, maxLength: 60 })
  .map((text) => text.trim())
  .filter((text) => text.length >= 8 && !/^[\d.\s+-]+$|^[A-Za-z_]+$|^[.~/]+/u.test(text));
const around = fc.string({ unit: fc.constantFrom('p', 'q', ' ', ':'), maxLength: 5 });

async function outputsOf(words: readonly string[], flags: Partial<RunOptions>): Promise<string> {
  const folder = temporaryFolder();
  const file = join(folder, 'flow.json');
  writeFileSync(file, JSON.stringify(WORKFLOW));
  mkdirSync(join(folder, 'home'));
  vi.stubEnv('PFLOW_HOME', join(folder, 'home'));
  const terminal = recordingTerminal();
  const options: RunOptions = {
    ...{ outputFormat: 'json', nodes: [], onMiss: 'error', trace: true, verbose: true },
    log: join(folder, 'run.ndjson'),
    ...flags,
  };
  await executeFile(file, words, options, terminal);
  const written = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'flow.json')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  if (flags.dryRun !== true) expect(written).toHaveLength(2);
  return [terminal.printed.out, terminal.printed.err, ...written].join('\n');
}

/** Encodings of the secret itself, without digits of base64 that neighbours share. */
function formsOf(secret: string): readonly string[] {
  const digits = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    const core = text.slice(shift + 1, -4);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const [plain, json, url, hex] = (['plain', 'json', 'url', 'hex'] as const).map((name) =>
    encodings[name]?.(secret),
  );
  const quoted = JSON.stringify(json).slice(1, -1);
  return [plain, json, quoted, url, hex, ...digits].filter((form) => form !== undefined);
}

test.each([
  ['a failed run, as JSON', {}],
  ['a failed run, as text', { outputFormat: 'text' }],
  ['a failed run, as events', { outputFormat: 'stream-json' }],
  ['a dry run', { dryRun: true }],
] as const)('%s shows no secret', async (_name, flags) => {
  await fc.assert(
    fc.asyncProperty(secrets, around, around, async (secret, before, after) => {
      vi.stubEnv('MY_TOKEN', secret);
      for (const encode of Object.values(encodings)) {
        const text = encode(`${before}${secret}${after}`);
        const outputs = await outputsOf([`text=${text}`, `list=${JSON.stringify([text])}`], flags);
        for (const form of formsOf(secret)) expect(outputs).not.toContain(form);
      }
    }),
    { numRuns: 8 },
  );
});
