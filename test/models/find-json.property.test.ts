// Invariant: a value is found in any prose around it, and the time to look grows with the length of the answer.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonCandidates } from '../../src/models/find-json.ts';
import { checkStructuredAnswer } from '../../src/models/structured-answer.ts';

const SCHEMA = { type: 'object', properties: { answer: {} }, required: ['answer'] };

const prose = fc.stringMatching(/^[A-Za-z .,:;!?'()\n-]{0,80}$/);
const WRAPPERS: readonly ((json: string, words: string) => string)[] = [
  (json, words) => words + json,
  (json, words) => json + words,
  (json, words) => `${words}\n\`\`\`json\n${json}\n\`\`\`\n${words}`,
  (json, words) => `<think>${words} {"answer": "thought"} </think>${json}`,
  (json, words) => `<thinking>${words}</thinking> ${words}\n~~~\n${json}\n~~~`,
  (json, words) => `\uFEFF ${words}: ${json}\n${words}`,
  (json, words) => `[THINK]${words} {"answer": "thought"}[/THINK]${json}`,
  (json, words) => `◁think▷{"answer": "thought"}◁/think▷${words}${json}`,
  (json, words) =>
    `<|channel|>analysis<|message|>${words} {"answer": 1}<|end|><|start|>assistant<|channel|>final<|message|>${json}<|return|>`,
  (json, words) => `<|START_THINKING|>{"answer": 1} ${words}<|END_THINKING|>${json}`,
  (json, words) => `<seed:think>${words}{"answer": 1}</seed:think>${json}`,
];

describe('the value of a structured answer', () => {
  it('is found in thoughts, prose and fences', () => {
    fc.assert(
      fc.property(fc.jsonValue(), prose, fc.constantFrom(...WRAPPERS), (answer, words, wrap) => {
        const json = JSON.stringify({ answer });
        expect(checkStructuredAnswer(wrap(json, words), SCHEMA)).toEqual(JSON.parse(json));
      }),
    );
  });

  it.each([
    '<think>',
    '</think>',
    '<|channel|>analysis',
    '[think]',
    '```',
    '```a',
    '{',
    '[',
    '{"',
    '{"a":',
    '"',
    '\\',
    '`',
    '<think> ```json {',
  ])('is looked for in time that grows with the number of %j', (part) => {
    // Growth is counted in candidates and their length, not in seconds.
    const work = (count: number): number =>
      [...jsonCandidates(part.repeat(count))].flat().reduce((sum, text) => sum + text.length, 0);
    const [small, large] = [work(2_000), work(8_000)];
    expect(large).toBeLessThanOrEqual(5 * small + 10_000);
  });
});
