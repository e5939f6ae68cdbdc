// Finds the items of a batch: a list in the workflow, or a template whose value is a list or JSON text of one.
import { PflowError } from '../errors.ts';
import type { SharedStore } from '../flow/context.ts';
import { parseExactJson } from '../values/exact-json.ts';
import { removeJsonFence } from '../values/fenced-json.ts';
import { kindOf, withArticle } from '../values/json-kind.ts';
import type { Batch } from '../workflow/schema.ts';
import { resolveParams } from '../workflow/templates/resolve-params.ts';
import { createLayeredScope } from '../workflow/templates/scope.ts';

interface ItemsSource {
  readonly batch: Batch;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const LONGEST_STDERR = 300;

const LIST_HINT = 'batch.items takes a list, or a template whose value is a list or the JSON text of one.';
/** The text is one of JSON, where a newline is escaped twice. */
const TEXT_HINT = String.raw`Lines become a list in a code node: "code": "return inputs.text.split('\\n').filter(Boolean);".`;

/** Throws TEMPLATE_UNRESOLVED, or NODE_PARAMS_INVALID for a value that is not a list. */
export function resolveItems(
  nodeId: string,
  { batch, inputs }: ItemsSource,
  shared: SharedStore,
): readonly unknown[] {
  const { params, resolutions } = resolveParams(
    nodeId,
    { batch: { items: batch.items } },
    createLayeredScope(inputs, shared),
  );
  const { items: value } = params['batch'] as { readonly items: unknown };
  const list = typeof value === 'string' ? parseList(value) : value;
  if (Array.isArray(list)) return list;
  const found = typeof value === 'string' ? 'a text that is not a JSON list' : withArticle(kindOf(value));
  const shown = typeof batch.items === 'string' ? ` (${batch.items})` : '';
  const names = resolutions.flatMap(({ references }) => references.map(({ name }) => name));
  throw new PflowError('NODE_PARAMS_INVALID', `batch.items of node "${nodeId}"${shown} is ${found}`, {
    node_id: nodeId,
    details: [...new Set(names)].flatMap((name) => describeStderr(name, shared[name])),
    hint: typeof value === 'string' ? TEXT_HINT : LIST_HINT,
  });
}

function parseList(text: string): unknown {
  try {
    return parseExactJson(removeJsonFence(text));
  } catch {
    return undefined;
  }
}

function describeStderr(name: string, outputs: unknown): readonly string[] {
  if (typeof outputs !== 'object' || outputs === null) return [];
  const { stderr } = outputs as { readonly stderr?: unknown };
  if (typeof stderr !== 'string' || stderr.trim() === '') return [];
  return [`"${name}" wrote to stderr: ${stderr.trim().slice(-LONGEST_STDERR)}`];
}
