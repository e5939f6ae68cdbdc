// Reads a structured answer and checks it against the JSON Schema it was asked for. Brings the schema compiler
// along: to be imported on demand, where there is a schema.
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PflowError } from '../errors.ts';
import { ModelFailure } from './model-failure.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const MOST_PROBLEMS = 5;
const OPTIONS = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;

/** Checkers by dialect. Creating one takes much longer than compiling a schema with it. */
const CHECKERS: { old: Ajv | undefined; current: Ajv2020 | undefined } = {
  old: undefined,
  current: undefined,
};

const COMPILED = new WeakMap<JsonSchema, ValidateFunction>();

/** Throws NODE_PARAMS_INVALID when the schema itself is unusable, which can be known before money is spent. */
export function requireSchema(schema: JsonSchema): void {
  compile(schema);
}

/** The value of the answer. Throws a retryable MODEL_ANSWER_INVALID when the text is no JSON or off schema. */
export function checkStructuredAnswer(text: string, schema: JsonSchema): unknown {
  const validate = compile(schema);
  const value = parse(text);
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).map(
    ({ instancePath, message }) =>
      `${instancePath === '' ? 'the answer' : instancePath} ${message ?? 'is wrong'}`,
  );
  throw new ModelFailure('MODEL_ANSWER_INVALID', `the answer does not fit its schema: ${problems[0] ?? ''}`, {
    hint: 'Run again, say in the prompt what is wanted, or loosen output_schema.',
    details: problems.slice(0, MOST_PROBLEMS),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(withoutFence(text)) as unknown;
  } catch {
    const what = text.trim() === '' ? 'the answer is empty' : 'the answer is not JSON';
    throw new ModelFailure('MODEL_ANSWER_INVALID', `${what}, although a schema asked for it`, {
      hint: 'Run again, ask for JSON in the prompt, or raise max_tokens if it was cut off.',
    });
  }
}

/** Models like to put JSON into one Markdown fence although they were told not to. */
function withoutFence(text: string): string {
  const match = /^\s*```[a-z]*\s*\n([\s\S]*?)\n?\s*```\s*$/i.exec(text);
  return match?.[1] ?? text;
}

function compile(schema: JsonSchema): ValidateFunction {
  const known = COMPILED.get(schema);
  if (known !== undefined) return known;
  // The dialect is chosen here: the checker refuses names of dialects that it does not know.
  const { $schema: dialect, ...body } = schema;
  const old = typeof dialect === 'string' && /draft-0\d/.test(dialect);
  const checker = old ? (CHECKERS.old ??= new Ajv(OPTIONS)) : (CHECKERS.current ??= new Ajv2020(OPTIONS));
  try {
    const validate = checker.compile(body);
    // A checker keeps its schemas and refuses another one with the same `$id`.
    checker.removeSchema(body);
    COMPILED.set(schema, validate);
    return validate;
  } catch (error) {
    CHECKERS[old ? 'old' : 'current'] = undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw new PflowError('NODE_PARAMS_INVALID', `output_schema is not a usable JSON Schema: ${why}`, {
      path: 'output_schema',
      hint: 'Check it against https://json-schema.org; references to other documents are not followed.',
    });
  }
}
