// Makes the requests of parallel items differ, and lets no two items change one file.
// Answers and files depend on what came before, and the order in which parallel items arrive is no law.
import type { WorkflowFile } from '../../src/workflow/schema.ts';

type FileNode = WorkflowFile['nodes'][number];
type Params = NonNullable<FileNode['params']>;

export function withDistinctRequests(workflow: WorkflowFile): WorkflowFile {
  return { ...workflow, nodes: workflow.nodes.map(withDistinctItems) };
}

function withDistinctItems(node: FileNode): FileNode {
  const { type, batch, params } = node;
  if (batch?.parallel !== true || params === undefined) return node;
  if (type === 'move-file' || type === 'delete-file')
    return { ...node, batch: { ...batch, parallel: false } };
  if (type === 'workflow') return { ...node, params: { ...params, inputs: withDistinctInputs(params) } };
  if (type === 'llm') return { ...node, params: withNumber(params, 'prompt', () => ' ') };
  return type === 'http' ? { ...node, params: withNumber(params, 'url', separatorOf) } : node;
}

function withDistinctInputs({ inputs }: Params): Params {
  return withNumber(
    withNumber(inputs as Params, 'x', () => ' '),
    'at',
    separatorOf,
  );
}

function separatorOf(url: string): string {
  return url.includes('?') ? '&i=' : '?i=';
}

function withNumber(params: Params, name: string, before: (text: string) => string): Params {
  const { [name]: text } = params as Readonly<Record<string, unknown>>;
  return typeof text === 'string' ? { ...params, [name]: `${text}${before(text)}\${__index__}` } : params;
}
