// Finds the file or folder that a path in a param names.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { NodeContext } from '../flow/context.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { expandHome, findHomeProblem, HOME_PATH } from '../values/home-path.ts';

/** The schema of a path. Refuses `~name` before anything runs. */
export const pathSchema = z
  .string()
  .min(1)
  .superRefine((path, context) => {
    const problem = findHomeProblem(path);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ pattern: HOME_PATH });

/** Resolves against the folder of the run. `~` at the start is the home folder. */
export function resolvePath(path: string, { cwd, env }: Pick<NodeContext, 'cwd' | 'env'>): string {
  const { HOME = '' } = env;
  return resolve(cwd, expandHome(path, HOME === '' ? homedir() : HOME));
}

/** Resolves the path of a file. Refuses one with a slash at its end: it names a folder, and no file of that name. */
export function resolveFile(
  path: string,
  operation: string,
  context: Pick<NodeContext, 'cwd' | 'env'>,
): string {
  if (/\/\.?$/u.test(path) && path.length > 1)
    throw new NodeFailure(`cannot ${operation} "${path}": it is the path of a folder; name the file`);
  return resolvePath(path, context);
}
