// Types of one's own, from a module that was named: its exports that are types of nodes, or what its default export
// makes when it is given the tools for it. So such a module needs nothing installed beside it.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type * as zod from 'zod';
import { PflowError } from '../errors.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import type { NodeType } from '../flow/node-type.ts';
import { defineNodeType } from './define-node-type.ts';
import { NODE_TYPE_NAMES } from './registry.ts';
import type { RunContext } from './run-context.ts';
import { findTypeProblems } from './type-problems.ts';

/** What a default export that is a function is given. */
export interface NodeKit {
  readonly defineNodeType: typeof defineNodeType;
  readonly NodeFailure: typeof NodeFailure;
  readonly z: typeof zod;
}

/** By a name that a bundler cannot see: all of zod in the program itself would slow down every command. */
const ZOD: string = 'zod';

/** `path` is absolute, `shown` is how it was named. Throws FILE_NOT_FOUND, or NODE_MODULE_INVALID with every problem. */
export async function loadNodeModule(path: string, shown: string): Promise<readonly NodeType<RunContext>[]> {
  if (!existsSync(path)) {
    throw new PflowError('FILE_NOT_FOUND', `there is no module ${shown} with node types`, {
      hint: 'Give the path of a JavaScript file, such as ./my-nodes.js.',
    });
  }
  const found = await exported(path, shown);
  const types = found.filter(isNodeType);
  const problems = types.flatMap((type) => problemsOf(type).map((problem) => `"${type.type}" ${problem}`));
  if (problems.length > 0) throw invalidModuleError(shown, problems);
  if (types.length > 0) return types;
  throw new PflowError('NODE_MODULE_INVALID', `${shown} exports no node type`, {
    hint: 'Export what defineNodeType makes, or a function as default: ({ defineNodeType, z }) => [defineNodeType({ … })].',
  });
}

async function exported(path: string, shown: string): Promise<readonly unknown[]> {
  try {
    const name = pathToFileURL(path).href;
    const { default: main, ...named } = (await import(name)) as Record<string, unknown>;
    const made: unknown =
      typeof main === 'function' ? await (main as (kit: NodeKit) => unknown)(await kit()) : main;
    const members: unknown[] = isNodeType(made) || Array.isArray(made) ? [] : Object.values(made ?? {});
    const all: readonly unknown[] = [made, ...members, ...Object.values(named)].flat();
    return [...new Set(all)];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const lacksPflow = message.includes("Cannot find package 'pflow'");
    throw new PflowError('NODE_MODULE_INVALID', `${shown} cannot be loaded: ${message}`, {
      ...(lacksPflow
        ? { hint: 'Export a function as default instead: it is given { defineNodeType, NodeFailure, z }.' }
        : {}),
      cause,
    });
  }
}

async function kit(): Promise<NodeKit> {
  return { defineNodeType, NodeFailure, z: (await import(ZOD)) as typeof zod };
}

function isNodeType(value: unknown): value is NodeType<RunContext> {
  if (typeof value !== 'object' || value === null) return false;
  const { type, create } = value as { type?: unknown; create?: unknown };
  return typeof type === 'string' && typeof create === 'function';
}

function problemsOf(type: NodeType<RunContext>): readonly string[] {
  const taken = NODE_TYPE_NAMES.includes(type.type) ? ['is the name of a built-in type'] : [];
  return [...taken, ...findTypeProblems(type)];
}

function invalidModuleError(shown: string, problems: readonly string[]): PflowError {
  const [first = ''] = problems;
  if (problems.length === 1) return new PflowError('NODE_MODULE_INVALID', `${shown}: ${first}`);
  const count = `${String(problems.length)} problems`;
  return new PflowError('NODE_MODULE_INVALID', `the node types of ${shown} have ${count}`, {
    details: problems,
  });
}
