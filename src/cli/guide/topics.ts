// Lists the topics of `pflow guide`, and the pages of docs that they show.

export interface GuideTopic {
  readonly name: string;
  /** In `docs/`, without its ending. */
  readonly page: string;
  readonly summary: string;
}

export const GUIDE_TOPICS: readonly GuideTopic[] = [
  { name: 'workflow', page: 'workflows', summary: 'the workflow file: inputs, nodes, types, edges, outputs' },
  { name: 'templates', page: 'templates', summary: 'how values get into params: ${node.key}' },
  { name: 'batch', page: 'batch', summary: 'a node once for each item of a list' },
  { name: 'choosing', page: 'choosing-the-way', summary: 'switch, exit codes, loops, approval' },
  { name: 'nested', page: 'nested-workflows', summary: 'a workflow as one node of another' },
  { name: 'mcp', page: 'mcp', summary: 'tools of MCP servers as nodes, and pflow as a server' },
  { name: 'environment', page: 'environment', summary: 'variables: keys, folders, proxies' },
  { name: 'settings', page: 'settings', summary: 'default model, endpoints, denied types, secrets' },
  { name: 'runs', page: 'runs', summary: 'find a run and understand it: runs, show, store, diff' },
  { name: 'resume', page: 'resume', summary: 'go on after a failure without paying again' },
  { name: 'import', page: 'import', summary: 'workflows in Markdown and in old JSON forms' },
  { name: 'exit-codes', page: 'errors', summary: 'what each exit code means' },
  { name: 'errors', page: 'errors', summary: 'every error, or one: pflow guide errors NODE_FAILED' },
  { name: 'agents', page: 'agents', summary: 'for agents and scripts: JSON in and out' },
  { name: 'tutorial', page: 'tutorial', summary: 'from 50 files to a message, in one sitting' },
];
