// Saved workflows as the planner knows them: those it may use again, and the one it leaves behind.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PflowError } from '../../errors.ts';
import type { ReadyPlan } from '../../planner/plan.ts';
import type { SavedWorkflow } from '../../planner/planning-task.ts';
import { homeFolder, savedWorkflowPath } from '../home.ts';
import { readText } from '../workflow-source.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file that is no workflow is passed over. */
export function listSavedWorkflows(env: Environment): readonly SavedWorkflow[] {
  const home = homeFolder(env);
  const folder = dirname(savedWorkflowPath(home, 'x'));
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return names.sort().flatMap((file) => {
    const ir = jsonObject(readText(join(folder, file), file) ?? '');
    const description = ir?.['description'];
    const about = typeof description === 'string' ? { description } : {};
    return ir === undefined ? [] : [{ name: file.replace(/\.json$/u, ''), ...about, ir }];
  });
}

const NAME = /^[a-z0-9][a-z0-9_-]*$/u;

/** Asked before anything is paid. */
export function requireFreeName(name: string, env: Environment): void {
  if (!NAME.test(name)) {
    throw new PflowError('USAGE', `${JSON.stringify(name)} cannot be the name of a saved workflow`, {
      hint: 'It takes small letters, digits, - and _, such as release-notes.',
    });
  }
  if (existsSync(savedWorkflowPath(homeFolder(env), name))) {
    throw new PflowError('USAGE', `there is a saved workflow "${name}" already`, {
      hint: 'Save it under another name, or delete that one first.',
    });
  }
}

/** Returns the line that says so. */
export function savePlanned(name: string, { ir }: ReadyPlan, env: Environment): string {
  const path = savedWorkflowPath(homeFolder(env), name);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${JSON.stringify(ir, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PflowError('FILE_UNWRITABLE', `the workflow cannot be saved as ${path}: ${message}`, {
      hint: 'Set PFLOW_HOME to a folder that can be written.',
      cause: error,
    });
  }
  return `saved  ${path}\n`;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
