// Checks a JSON value against the schema of workflows. A value with problems still gives its readable parts,
// so that the rules can check them in the same pass.
import { formatPath, type Problem } from './problem.ts';
import { workflowSchema } from './schema.ts';
import { toProblems } from './schema-problems.ts';
import { sketchWorkflow, type WorkflowSketch } from './sketch-workflow.ts';

export interface SchemaCheck extends WorkflowSketch {
  readonly problems: readonly Problem[];
}

const MAX_DEPTH = 100;

export function checkSchema(value: unknown): SchemaCheck {
  const unsafe = findUnsafeKeys(value);
  if (unsafe.length > 0) return { workflow: undefined, problems: unsafe };
  const parsed = workflowSchema.safeParse(value);
  if (parsed.success) return { workflow: parsed.data, problems: [] };
  const problems = parsed.error.issues.flatMap((issue) => toProblems(issue, value, workflowSchema));
  return { ...sketchWorkflow(value), problems };
}

/** Finds keys `__proto__` and values nested too deeply. Does not recurse: untrusted input may exceed the stack. */
function findUnsafeKeys(root: unknown): Problem[] {
  const problems: Problem[] = [];
  const waiting: { value: unknown; path: readonly PropertyKey[] }[] = [{ value: root, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= MAX_DEPTH) {
      return [
        { path: formatPath(path.slice(0, 4)), message: `is nested deeper than ${String(MAX_DEPTH)} levels` },
      ];
    }
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (key !== '__proto__') waiting.push({ value: inner, path: at });
      else problems.push({ path: formatPath(at), message: 'the key "__proto__" is not allowed' });
    }
  }
  return problems;
}
