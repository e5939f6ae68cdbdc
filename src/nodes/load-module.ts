// Loads custom node types from a module. They are its exports, or what its default export makes from a kit of tools.
// With the kit, such a module needs no installed package.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type * as zod from 'zod';
import { PflowError } from '../errors.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import type { NodeType } from '../flow/node-type.ts';
import { SHELL_READER } from '../values/sh/reader.ts';
import { provideShellReader } from '../values/shell-reader.ts';
import { defineNodeType } from './define-node-type.ts';
import { next } from './next-action.ts';
import { NODE_TYPE_NAMES } from './registry.ts';
import type { RunContext } from './run-context.ts';
import { findTypeProblems } from './type-problems.ts';

provideShellReader(SHELL_READER);

/** The argument of a default export that is a function. */
export interface NodeKit {
  readonly defineNodeType: typeof defineNodeType;
  readonly NodeFailure: typeof NodeFailure;
  readonly next: typeof next;
  readonly z: typeof zod;
}

/** A name that the bundler cannot see. The whole of zod inside the program would slow down every command. */
const ZOD: string = 'zod';

/**
 * Loads the node types of a module. `path` is absolute; `shown` is the path as the user gave it. Throws FILE_NOT_FOUND,
 * or NODE_MODULE_INVALID with every problem.
 */
export async function loadNodeModule(path: string, shown: string): Promise<readonly NodeType<RunContext>[]> {
  if (!existsSync(path)) {
    throw new PflowError('FILE_NOT_FOUND', `the module ${shown} with node types does not exist`, {
      hint: 'Give the path of a JavaScript file, such as ./my-nodes.js.',
    });
  }
  const exports = await loadExports(path, shown);
  const types = exports.filter(isNodeType);
  const problems = types.flatMap((type) => findProblems(type).map((problem) => `"${type.type}" ${problem}`));
  if (problems.length > 0) throw invalidModuleError(shown, problems);
  if (types.length > 0) return types;
  throw new PflowError('NODE_MODULE_INVALID', `${shown} exports no node type`, {
    hint: 'Export the result of defineNodeType, or a default function: ({ defineNodeType, z }) => [defineNodeType({ … })].',
  });
}

async function loadExports(path: string, shown: string): Promise<readonly unknown[]> {
  try {
    const name = pathToFileURL(path).href;
    const { default: main, ...named } = (await import(name)) as Record<string, unknown>;
    const made: unknown =
      typeof main === 'function' ? await (main as (kit: NodeKit) => unknown)(await createKit()) : main;
    const members: unknown[] = isNodeType(made) || Array.isArray(made) ? [] : Object.values(made ?? {});
    const all: readonly unknown[] = [made, ...members, ...Object.values(named)].flat();
    return [...new Set(all)];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const lacksPflow = message.includes("Cannot find package 'pflow'");
    throw new PflowError('NODE_MODULE_INVALID', `${shown} cannot be loaded: ${message}`, {
      ...(lacksPflow
        ? {
            hint: 'Export a default function instead; its argument is { defineNodeType, NodeFailure, next, z }.',
          }
        : {}),
      cause,
    });
  }
}

async function createKit(): Promise<NodeKit> {
  return { defineNodeType, NodeFailure, next, z: (await import(ZOD)) as typeof zod };
}

function isNodeType(value: unknown): value is NodeType<RunContext> {
  if (typeof value !== 'object' || value === null) return false;
  const { type, create } = value as { type?: unknown; create?: unknown };
  return typeof type === 'string' && typeof create === 'function';
}

function findProblems(type: NodeType<RunContext>): readonly string[] {
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
