// Reads the nested workflows of a plan: those of a new one from the working folder, of a saved one from its folder.
import { dirname } from 'node:path';
import { homeFolder, savedWorkflowPath } from '../../home/paths.ts';
import type { PlannedRequest } from '../run-request.ts';
import type { ReadChildren, ReadingContext } from './read-children.ts';
import { listTypeNames } from './child-types.ts';
import { realPathOf } from '../../home/existing-path.ts';

export function createNestedReader(context: ReadingContext): NonNullable<PlannedRequest['readNested']> {
  return async (ir, saved) => {
    if (!listTypeNames(ir).includes('workflow')) return noChildren;
    const { readChildren } = await import('./read-children.ts');
    const path = saved === undefined ? undefined : savedWorkflowPath(homeFolder(context.env), saved);
    const place =
      path === undefined
        ? { folder: context.cwd, containers: ['the plan'] }
        : { folder: dirname(path), containers: [realPathOf(path)] };
    return readChildren(ir, place, context);
  };
}

const noChildren: ReadChildren = {
  children: new Map(),
  problems: [],
  load: () => Promise.reject(new Error('a workflow without workflow nodes has no nested workflow')),
};
