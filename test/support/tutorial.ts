// Plays the commands of docs/tutorial.md. Models are the test provider, the MCP server is a real one.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from './clean-environment.ts';
import { PROGRAM } from './cli.ts';
import { startProvider, type TestProvider } from './provider/provider.ts';
import type { Rule } from './provider/script.ts';
import { ROOT } from './root.ts';

const BLOCK = /^```console\n([\s\S]*?)^```$/gmu;
const KINDS = { crashes: 'bug', export: 'question', like: 'praise' } as const;

/** Answers before the run is interrupted; more requests wait. */
const FIRST_ANSWERS = 20;
const AT_ONCE = 5;

/** Returns the page with what its commands print now. */
export async function playTutorial(page: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-tutorial-'));
  const slow = await startProvider({ rules: [...rules(FIRST_ANSWERS), { then: { do: 'hang' } }] });
  const good = await startProvider({ rules: rules() });
  try {
    writeFiles(page, folder);
    const outputs: string[] = [];
    for (const [, block = ''] of page.matchAll(BLOCK))
      outputs.push(await play(block, { folder, slow, good }));
    return page.replaceAll(BLOCK, () => `\`\`\`console\n${outputs.shift() ?? ''}\`\`\``);
  } finally {
    await Promise.all([slow.stop(), good.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hides what differs from run to run: times, ids, and bars that are drawn from times. */
export function withoutTimes(page: string): string {
  return (
    page
      .replaceAll(/\d{8}-\d{6}-[\w-]+/gu, 'LOG')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'ID')
      // Days of one digit are aligned by a space.
      .replaceAll(/ {0,2}\d{1,2} [A-Z][a-z]{2} \d\d:\d\d(?::\d\d)?/gu, ' DATE')
      .replaceAll(/\d+(?:\.\d+)? m?s\b\+?/gu, 'TIME')
      .replaceAll(/[\u2580-\u259f▕▏·]+/gu, '')
      .replaceAll(/[ ─-]{2,}/gu, ' ')
  );
}

function rules(first?: number): readonly Rule[] {
  const numbers = Array.from({ length: first ?? 0 }, (_each, index) => index + 10);
  const timesOf = (word: keyof typeof KINDS): number =>
    numbers.filter((each) => wordOf(each) === word).length;
  return (['crashes', 'export', 'like'] as const).map((when) => ({
    when,
    ...(first === undefined ? {} : { times: timesOf(when) }),
    then: {
      do: 'answer',
      text: JSON.stringify({ kind: KINDS[when] }),
      tokens: { input: 60, output: 8 },
      model: 'gpt-4o-mini',
    },
  }));
}

function wordOf(number: number): keyof typeof KINDS {
  if (number % 10 === 3) return 'crashes';
  return number % 10 === 7 ? 'export' : 'like';
}

/** Writes the JSON blocks of the page, and puts programs on the PATH. */
function writeFiles(page: string, folder: string): void {
  const [config = '', workflow = ''] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gmu)].map(
    ([, text = '']) => text,
  );
  mkdirSync(join(folder, '.pflow'));
  writeFileSync(join(folder, '.pflow/mcp.json'), config);
  writeFileSync(join(folder, 'triage.json'), workflow);
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const memory = join(ROOT, 'node_modules/@modelcontextprotocol/server-memory/dist/index.js');
  const programs = { pflow: `"${PROGRAM}" "$@"`, npx: `"${memory}"` };
  for (const [name, words] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec "${process.execPath}" ${words}\n`);
    chmodSync(join(bin, name), 0o755);
  }
}

interface Place {
  readonly folder: string;
  readonly slow: TestProvider;
  readonly good: TestProvider;
}

async function play(block: string, { folder, slow, good }: Place): Promise<string> {
  const [first = '', second] = block.split('\n');
  const isInterrupted = second === '^C';
  const clean = cleanEnvironment(folder);
  const env = {
    ...clean,
    ...(isInterrupted ? slow : good).env,
    PATH: `${join(folder, '.bin')}:${clean['PATH'] ?? ''}`,
    LC_ALL: 'C',
  };
  const command = `exec 2>&1; ${isInterrupted ? 'exec ' : ''}${first.replace(/^\$ /u, '')}`;
  const child = spawn('bash', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = outputOf(child);
  if (isInterrupted) {
    await slow.waitForRequest(FIRST_ANSWERS + AT_ONCE);
    child.kill('SIGINT');
  }
  return `${first}\n${isInterrupted ? '^C\n' : ''}${await output}`;
}

function outputOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}
