// Checks that no byte that observers get shows a secret in any form.
import type { LogEvent } from '../../src/events/event.ts';
import { isIdentifierName } from '../../src/log/secrets/secret-names.ts';
import type { SimulatedRun } from './run-scenario.ts';
import { WORDS_OF_A_LOG, type Scenario } from './scenario.ts';

/** Shorter texts and plain numbers in variables are not secret. */
const SHORTEST = 6;

export function checkSecrets({ secrets, inputs, workflow }: Scenario, run: SimulatedRun): string[] {
  const given = workflow.inputs?.['secret'] === undefined ? undefined : inputs['secret'];
  const all = { ...secrets, ...(typeof given === 'string' ? { 'the input': given } : {}) };
  const known = Object.entries(all).filter(([, value]) => value.length >= SHORTEST && !/^\d+$/u.test(value));
  const problems: string[] = [];
  for (const [where, text] of Object.entries(writtenBy(run))) {
    for (const [name, value] of known) {
      if (isWord(value)) continue;
      if (formsOf(value).some((form) => text.includes(form)))
        problems.push(`the value of ${name} is in ${where}`);
    }
  }
  for (const event of run.events) {
    for (const text of contentOf(event)) {
      const leak = known.find(([, value]) => text.includes(value));
      if (leak !== undefined) problems.push(`${leak[0]} ("${leak[1]}") is in the content of a ${event.type}`);
    }
  }
  return [...new Set(problems)];
}

/** Fixed words and the texts of servers and workflows occur without being secret. */
function isWord(value: string): boolean {
  return WORDS_OF_A_LOG.includes(value) || value === 'provider' || value === 'message' || value === 'nothing';
}

/** Everything but results: text on stdout, and `result` of the JSON document. */
function writtenBy({
  observer,
  stdout,
  stderr,
  traces,
  disk,
}: SimulatedRun): Readonly<Record<string, string>> {
  const isJson = observer === 'json' || observer === 'everything';
  return {
    stderr,
    'the log': disk.bytes.toString('utf8'),
    ...traces,
    ...(isJson ? { 'the document': withoutResult(stdout) } : {}),
  };
}

function withoutResult(stdout: string): string {
  try {
    const { result: _result, ...document } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    return JSON.stringify(document);
  } catch {
    return stdout;
  }
}

function formsOf(value: string): readonly string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const twice = JSON.stringify(inJson).slice(1, -1);
  const inQuery = new URLSearchParams([['', value]]).toString().slice(1);
  const forms = [value, inJson, twice, encodeURIComponent(value), inQuery];
  const base64 = Buffer.from(value).toString('base64').slice(0, -4);
  return base64.length > SHORTEST ? [...forms, base64] : forms;
}

/** Texts of users, models and servers. There even an ordinary word is replaced. */
function contentOf({ type, data }: LogEvent): readonly string[] {
  const fields = data as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'llm.prompted':
      return textsIn([fields['prompt'], fields['system']]);
    case 'llm.answered':
      return textsIn(fields['response']);
    case 'output.produced':
      return textsIn(fields['value']);
    case 'template.resolved':
      return textsIn(fields['value']);
    case 'store.changed':
      return textsIn((fields['patches'] as readonly Patch[]).filter(isContent).map(({ value }) => value));
    default:
      return [];
  }
}

interface Patch {
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
}

function isContent({ path }: Patch): boolean {
  return !path.some((key) => isIdentifierName(String(key)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    typeof member === 'string' && isIdentifierName(key) ? [] : textsIn(member),
  );
}
