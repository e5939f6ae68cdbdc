// A JSON value as a workflow, with everything that the schema has against it. What can be understood in spite
// of a problem is handed on, so that the rules can look at the rest in the same pass.
import { formatPath, type Problem } from './problem.ts';
import { workflowSchema, type Workflow } from './schema.ts';
import { toProblems } from './schema-problems.ts';
import { sketchWorkflow } from './sketch-workflow.ts';

export interface SchemaCheck {
  /** Absent when too much is wrong to make out nodes and edges. */
  readonly workflow: Workflow | undefined;
  readonly problems: readonly Problem[];
}

const DEEPEST = 100;

export function checkSchema(value: unknown): SchemaCheck {
  const unsafe = unsafePlaces(value);
  if (unsafe.length > 0) return { workflow: undefined, problems: unsafe };
  const parsed = workflowSchema.safeParse(value);
  if (parsed.success) return { workflow: parsed.data, problems: [] };
  const problems = parsed.error.issues.flatMap((issue) => toProblems(issue, value));
  return { workflow: sketchWorkflow(value), problems };
}

/** Walks without recursion: untrusted input may be nested deeper than the stack. */
function unsafePlaces(root: unknown): Problem[] {
  const problems: Problem[] = [];
  const waiting: { value: unknown; path: readonly PropertyKey[] }[] = [{ value: root, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= DEEPEST) {
      return [
        { path: formatPath(path.slice(0, 4)), message: `is nested deeper than ${String(DEEPEST)} levels` },
      ];
    }
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (key !== '__proto__') waiting.push({ value: inner, path: at });
      else problems.push({ path: formatPath(at), message: 'no key may be called "__proto__"' });
    }
  }
  return problems;
}
