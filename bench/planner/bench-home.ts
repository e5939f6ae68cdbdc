// Makes home folders for the benchmark: saved workflows by name, and one MCP server with one tool.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { savedWorkflowPath } from '../../src/home/paths.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { createToolType } from '../../src/nodes/mcp/tool-type.ts';
import type { RunRequest } from '../../src/run/run-request.ts';
import type { PlannerCase } from './case-schema.ts';

const CONFIG = join(import.meta.dirname, 'home/mcp.json');
const SERVER = resolve(import.meta.dirname, '../../fixtures/mcp/server.mjs');

/** The built-in types, and the tool as `pflow mcp sync` would keep it. */
export const registry: RunRequest['registry'] = new Map([
  ...(await loadNodeTypes(NODE_TYPE_NAMES)),
  [
    'mcp-board-echo',
    createToolType({
      type: 'mcp-board-echo',
      server: 'board',
      tool: {
        name: 'echo',
        description: 'Returns its text.',
        input_schema: {
          type: 'object',
          properties: { text: { type: 'string', description: 'a text' } },
          required: ['text'],
        },
        annotations: { readOnlyHint: true, openWorldHint: false },
      },
    }),
  ],
]);

export type HomeEnv = Readonly<Record<'PFLOW_HOME' | 'BENCH_SERVER', string>>;

/** The folder is gone when `work` has ended. */
export async function withHome<T>(
  saved: PlannerCase['saved'],
  work: (env: HomeEnv) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'pflow-planner-home-'));
  try {
    copyFileSync(CONFIG, join(home, 'mcp.json'));
    for (const [name, ir] of Object.entries(saved)) {
      const path = savedWorkflowPath(home, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify(ir));
    }
    return await work({ PFLOW_HOME: home, BENCH_SERVER: SERVER });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
