// Adds a name and the default model to a generated workflow. With them it means the same wherever it is shown, saved
// and run.
import type { PlanningTask } from './planning-task.ts';
import type { Metadata } from './planning-store.ts';
import { present } from '../values/present.ts';
import type { Ir } from '../workflow/ir.ts';

export function completeIr(draft: Ir, { name, description }: Metadata, task: PlanningTask): Ir {
  const { nodes, name: _name, description: _description, ...rest } = draft;
  const model = task.defaultModel ?? task.model;
  return {
    name,
    ...present({ description }),
    ...rest,
    nodes: Array.isArray(nodes) ? nodes.map((node: unknown) => withModel(node, model)) : nodes,
  };
}

function withModel(node: unknown, model: string): unknown {
  const { type, params = {} } = node as { readonly type?: unknown; readonly params?: object };
  if (type !== 'llm' || Object.hasOwn(params, 'model')) return node;
  return { ...(node as object), params: { model, ...params } };
}
