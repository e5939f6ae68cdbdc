// Chooses what servers do with each request of a scenario.
import type { Random } from './random.ts';
import type { ModelBehaviour, WebBehaviour } from './server-behaviours.ts';
import type { UsagePlan } from './usage-dialects.ts';

export const TEXTS: readonly string[] = [
  'plain text',
  'two\nlines',
  '{"a": [1, {"b": 9007199254740993}]}',
  'quotes " and \' and `',
  '${not a template',
  '${n0.response}',
  '漢字 😀 é',
  '',
  '0',
  'null',
  '["x", {"y": 1}, 3]',
  '<redacted:DB_PASSWORD>',
  `Bearer ${'x'.repeat(300)}`,
  '\u001b[31mred\u001b[0m\r\n',
  '__proto__',
];

const ANSWERS: readonly string[] = [
  ...TEXTS,
  '{"a": 1}',
  '```json\n{"a": 1}\n```',
  '<think>maybe {"a": 2}</think>{"a": 3}',
];
const RETRY_AFTER: readonly string[] = [
  '0',
  '1',
  '7.5',
  '90',
  '99999999999',
  '-3',
  'soon',
  'Thu, 01 Jan 2026 00:00:30 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
];
const LONG_DELAYS = [0, 0, 0, 1, 40, 900, 31_000, 700_000];

export function createModelBehaviour(random: Random, takesRealTime: boolean): ModelBehaviour {
  const kind = random.integer(0, 19);
  if (kind < 12) {
    return {
      do: 'answer',
      text: random.pick(ANSWERS),
      plan: random.chance(0.9) ? createPlan(random) : null,
      finish: random.pick(['stop', 'stop', 'stop', 'stop', 'length', 'refusal'] as const),
      gzip: random.chance(0.2),
      delayMs: random.pick(takesRealTime ? [0, 3] : LONG_DELAYS),
    };
  }
  if (kind < 14) return { do: 'cut', how: random.pick(['json', 'gzip', 'end', 'reset'] as const) };
  if (kind < 16) {
    const what = random.pick([
      'html',
      'empty',
      'foreign',
      'foreign',
      'foreign',
      'foreign',
      'list',
      'null',
      'stream',
      'words',
      'no-message',
    ] as const);
    return { do: 'nonsense', what, plan: createPlan(random) };
  }
  return createFailure(
    random,
    takesRealTime,
    [400, 401, 402, 403, 404, 408, 413, 429, 429, 500, 502, 503, 529],
  );
}

export function createWebBehaviour(random: Random, takesRealTime: boolean): WebBehaviour {
  const kind = random.integer(0, 15);
  if (kind < 8) {
    return {
      do: 'answer',
      body: random.pick(TEXTS),
      type: random.pick([
        'text/plain; charset=utf-8',
        'application/json',
        'text/html; charset=iso-8859-1',
        'application/octet-stream',
        'nonsense',
      ]),
      gzip: random.chance(0.2),
      delayMs: random.pick(takesRealTime ? [0, 3] : LONG_DELAYS),
    };
  }
  if (kind < 10) return { do: 'mirror' };
  if (kind < 11) {
    const to = random.pick(['page', 'page', 'itself', 'elsewhere'] as const);
    return { do: 'redirect', status: random.pick([301, 303, 307] as const), to };
  }
  if (kind < 12) return { do: 'cut', how: random.pick(['json', 'gzip', 'end', 'reset'] as const) };
  return createFailure(random, takesRealTime, [301, 400, 404, 408, 418, 429, 429, 500, 503, 599]);
}

function createFailure(
  random: Random,
  takesRealTime: boolean,
  statuses: readonly number[],
): Extract<ModelBehaviour & WebBehaviour, { readonly do: 'status' | 'close' | 'hang' }> {
  const kind = random.integer(0, 9);
  if (kind < 2) return { do: 'close', reset: kind === 0 };
  if (kind < 3 && !takesRealTime) return { do: 'hang', halfway: random.chance(0.5) };
  const retryAfter = takesRealTime ? '0' : random.pick(RETRY_AFTER);
  return {
    do: 'status',
    status: random.pick(statuses),
    ...(random.chance(0.4) ? { retryAfter } : {}),
    body: random.pick(['error', 'error', 'html', 'empty'] as const),
  };
}

function createPlan(random: Random): UsagePlan {
  const output = random.integer(2, 900);
  return {
    input: random.integer(2, 5_000),
    written: random.chance(0.3) ? random.integer(1, 9_000) : 0,
    read: random.chance(0.3) ? random.integer(1, 9_000) : 0,
    output,
    reasoning: random.chance(0.3) ? random.integer(1, output - 1) : 0,
  };
}
