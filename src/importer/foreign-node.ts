// Replaces nodes that cannot run here by failing ones with the original in their purpose.
import { fieldsOf, type Fields } from '../values/json-fields.ts';

export interface ReplacedNode {
  readonly node: Fields;
  /** What was replaced; absent where nothing was. */
  readonly note?: string;
}

/** Nodes that hand the work to an agent. */
const AGENTS = new Set(['claude-code', 'agent']);

/** `isPython` decides about the code of a `code` node. */
export function replaceForeign(node: Fields, isPython: (code: unknown) => boolean): ReplacedNode {
  const params = fieldsOf(node['params']) ?? {};
  const id = String(node['id']);
  const type = String(node['type']);
  if (AGENTS.has(type)) {
    const text = Object.entries(params).map(([name, value]) => `${name}: ${textOf(value)}`);
    const original = { what: `Agent step (${type})`, text: text.join('\n') };
    const note = `step ${id} is for an agent (${type}); its purpose has what it was to do`;
    return { node: failingNode(node, params, original), note };
  }
  const { code, inputs } = params;
  if (type !== 'code' || code === undefined || !isPython(code)) return { node };
  const original = { what: 'Python', text: textOf(code) };
  const note = `step ${id} is Python; its purpose has the code, which has to be written in JavaScript`;
  return { node: failingNode(node, fieldsOf(inputs) ?? {}, original), note };
}

interface Original {
  readonly what: string;
  readonly text: string;
}

/** Keeps the templates of the original in `inputs`, where they are still checked. */
function failingNode(node: Fields, inputs: Fields, { what, text }: Original): Fields {
  const { purpose, params: _params, ...rest } = node;
  const message = `${String(node['id'])} was not carried over (${what}): rewrite it; its purpose holds the original`;
  return {
    ...rest,
    type: 'code',
    purpose: `${typeof purpose === 'string' ? `${purpose}\n\n` : ''}${what}:\n${text}`,
    params: {
      code: `throw new Error(${JSON.stringify(message)})`,
      ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
