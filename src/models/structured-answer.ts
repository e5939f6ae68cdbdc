// Reads a structured answer and checks it against the JSON Schema of its request. Imports the schema compiler, so it
// is itself imported on demand.
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PflowError } from '../errors.ts';
import { JsonNumberError, parseExactJson } from '../values/exact-json.ts';
import { ModelFailure } from './model-failure.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const MAX_PROBLEMS = 5;
const OPTIONS = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;

/** Compilers by dialect. Creating one takes much longer than compiling a schema with it. */
const COMPILERS: { old: Ajv | undefined; current: Ajv2020 | undefined } = {
  old: undefined,
  current: undefined,
};

const COMPILED = new WeakMap<JsonSchema, ValidateFunction>();

/** Throws NODE_PARAMS_INVALID for a schema that is unusable. To be called before the call that costs money. */
export function requireSchema(schema: JsonSchema): void {
  compile(schema);
}

/** Returns the value of the answer. Throws a retryable MODEL_ANSWER_INVALID when the text is not JSON or off schema. */
export function checkStructuredAnswer(text: string, schema: JsonSchema): unknown {
  const validate = compile(schema);
  const json = removeFence(text);
  const value = parse(json);
  // The compiler does not know BigInts.
  if (validate(JSON.parse(json))) return value;
  const problems = (validate.errors ?? []).map(
    ({ instancePath, message }) =>
      `${instancePath === '' ? 'the answer' : instancePath} ${message ?? 'is wrong'}`,
  );
  throw new ModelFailure('MODEL_ANSWER_INVALID', `the answer does not fit its schema: ${problems[0] ?? ''}`, {
    hint: 'Run again, describe the expected answer in the prompt, or loosen output_schema.',
    details: problems.slice(0, MAX_PROBLEMS),
  });
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof JsonNumberError) {
      throw new ModelFailure('MODEL_ANSWER_INVALID', `the answer cannot be kept: ${error.message}`, {
        hint: 'Run again, or describe the range of the numbers in the prompt.',
      });
    }
    const problem = text.trim() === '' ? 'the answer is empty' : 'the answer is not JSON';
    throw new ModelFailure('MODEL_ANSWER_INVALID', `${problem}, although the request has an output_schema`, {
      hint: 'Run again, require JSON in the prompt, or raise max_tokens if the answer was cut off.',
    });
  }
}

/** Models often put JSON into one Markdown fence, even where the prompt forbids it. */
function removeFence(text: string): string {
  const match = /^\s*```[a-z]*\s*\n([\s\S]*?)\n?\s*```\s*$/i.exec(text);
  return match?.[1] ?? text;
}

function compile(schema: JsonSchema): ValidateFunction {
  const known = COMPILED.get(schema);
  if (known !== undefined) return known;
  // The dialect is chosen here, because a compiler rejects unknown names of dialects.
  const { $schema: name, ...body } = schema;
  const dialect = typeof name === 'string' && /draft-0\d/.test(name) ? 'old' : 'current';
  const compiler =
    dialect === 'old' ? (COMPILERS.old ??= new Ajv(OPTIONS)) : (COMPILERS.current ??= new Ajv2020(OPTIONS));
  try {
    const validate = compiler.compile(body);
    // A compiler keeps its schemas and rejects another one with the same `$id`.
    compiler.removeSchema(body);
    COMPILED.set(schema, validate);
    return validate;
  } catch (error) {
    COMPILERS[dialect] = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new PflowError('NODE_PARAMS_INVALID', `output_schema is not a usable JSON Schema: ${reason}`, {
      path: 'output_schema',
      hint: 'Check it against https://json-schema.org; references to other documents are not followed.',
    });
  }
}
