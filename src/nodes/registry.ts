// Lists the built-in node types. A type is loaded only when a workflow uses it.
import type { NodeType } from '../flow/node-type.ts';
import type { RunContext } from './run-context.ts';

type Loader = () => Promise<NodeType<RunContext>>;

const LOADERS: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ['llm', async () => (await import('./llm.ts')).llm],
  ['shell', async () => (await import('./shell.ts')).shell],
  ['http', async () => (await import('./http.ts')).http],
  ['read-file', async () => (await import('./read-file.ts')).readFile],
  ['write-file', async () => (await import('./write-file.ts')).writeFile],
  ['copy-file', async () => (await import('./copy-file.ts')).copyFile],
  ['move-file', async () => (await import('./move-file.ts')).moveFile],
  ['delete-file', async () => (await import('./delete-file.ts')).deleteFile],
  ['code', async () => (await import('./code.ts')).code],
  ['echo', async () => (await import('./echo.ts')).echo],
  ['switch', async () => (await import('./switch.ts')).switchType],
  ['workflow', async () => (await import('./workflow.ts')).workflow],
]);

/** Names of the built-in node types, in the order of the documentation. */
export const NODE_TYPE_NAMES: readonly string[] = [...LOADERS.keys()];

/** Loads the types of these names. Leaves out unknown names. */
export async function loadNodeTypes(names: Iterable<string>): Promise<Map<string, NodeType<RunContext>>> {
  const found = await Promise.all(
    [...new Set(names)].map(async (name) => {
      const type = await LOADERS.get(name)?.();
      return type === undefined ? [] : [[name, type] as const];
    }),
  );
  return new Map(found.flat());
}
