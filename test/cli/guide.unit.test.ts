// Tests `pflow guide`: its topics are pages of docs, and it answers a wrong word.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { GUIDE_MODULE, guideModule } from '../../scripts/guide-texts.ts';
import { printGuide } from '../../src/cli/guide/print-guide.ts';
import { GUIDE_TOPICS } from '../../src/cli/guide/topics.ts';
import { ERROR_CODES, PflowError } from '../../src/errors.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';

function guide(topic?: string, code?: string, json = false): string {
  const terminal = recordingTerminal();
  expect(printGuide(topic, code, { json }, terminal)).toBe(0);
  return terminal.printed.out;
}

function refusal(topic: string, code?: string): unknown {
  try {
    return guide(topic, code);
  } catch (error) {
    if (error instanceof PflowError) return [error.code, error.hint];
    throw error;
  }
}

test('its module is made of the pages of docs', () => {
  expect(readFileSync(GUIDE_MODULE, 'utf8')).toBe(guideModule());
});

test('every topic is listed and prints its page', () => {
  for (const { name, page } of GUIDE_TOPICS) {
    expect(guide()).toContain(`  ${name}  `);
    if (name !== 'exit-codes') expect(guide(name)).toBe(readFileSync(`docs/${page}.md`, 'utf8'));
  }
  expect(JSON.parse(guide(undefined, undefined, true))).toMatchObject({
    topics: { length: GUIDE_TOPICS.length },
  });
  expect(JSON.parse(guide('agents', undefined, true))).toEqual({ topic: 'agents', text: guide('agents') });
});

test('every error has a section of its own, in any case of letters', () => {
  for (const code of ERROR_CODES) {
    const text = guide('errors', code.toLowerCase());
    expect(text.match(/^## .*$/gmu)).toEqual([`## ${code}`]);
  }
});

test('exit codes are those of the errors', () => {
  expect(guide('exit-codes')).toMatch(/^# Exit codes\n\n- \*\*0\*\*: success\n/u);
  for (const code of [1, 2, 3, 4, 5, 130]) expect(guide('exit-codes')).toContain(`**${String(code)}**`);
});

test('the page on workflows names every type with what it needs and writes', async () => {
  const rows = guide('workflow')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const types = await loadNodeTypes(NODE_TYPE_NAMES);
  for (const [name, { params, outputs }] of types) {
    const [, needs = '', writes = ''] =
      rows
        .find((row) => row.includes(`\`${name}\``))
        ?.split('|')
        .slice(1) ?? [];
    const required = Object.entries(params.shape).filter(
      ([, schema]) => !(schema as z.ZodType).safeParse(undefined).success,
    );
    expect([name, required.filter(([param]) => !needs.includes(`\`${param}\``))]).toEqual([name, []]);
    const documented = [...writes.matchAll(/`([a-z_]+)`/gu)].map(([, output = '']) => output);
    const known = [...Object.keys(outputs.shape), 'output_schema'];
    expect([name, documented.filter((output) => !known.includes(output))]).toEqual([name, []]);
  }
});

test('a wrong topic or code is answered with the nearest one', () => {
  expect(refusal('templats')).toEqual(['USAGE', 'Did you mean pflow guide templates?']);
  expect(refusal('NODE_FAILED')).toEqual(['USAGE', 'Did you mean pflow guide errors NODE_FAILED?']);
  expect(refusal('errors', 'NODE_FALED')).toEqual(['USAGE', 'Did you mean NODE_FAILED?']);
  expect(refusal('agents', 'x')).toEqual(['USAGE', 'pflow guide agents prints it.']);
});
