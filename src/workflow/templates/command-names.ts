// Decides which names in a command are those of values. Any other `${…}` belongs to the shell.
import { describeOutputs, type OutputFacts } from '../node-outputs.ts';
import type { Workflow } from '../schema.ts';
import { listOutputNames } from '../rules/output-paths.ts';

/** Whether a name is that of an input, a node or a shared key. */
export type IsTemplateName = (name: string) => boolean;

const SYSTEM_KEY = /^__.*__$/u;

/** Without namespacing, the outputs of the nodes are names, too. */
export function createTemplateNames(
  workflow: Pick<Workflow, 'inputs' | 'nodes' | 'enable_namespacing'>,
  facts: OutputFacts = { registry: new Map() },
): IsTemplateName {
  const names = new Set([...Object.keys(workflow.inputs ?? {}), ...workflow.nodes.map(({ id }) => id)]);
  if (!workflow.enable_namespacing) {
    for (const node of workflow.nodes) {
      const outputs = describeOutputs(node, facts)?.outputs;
      for (const name of outputs === undefined ? [] : (listOutputNames(outputs) ?? [])) names.add(name);
    }
  }
  return (name) => names.has(name) || SYSTEM_KEY.test(name);
}
