// Checks that inputs are used and defaults have the declared type. At most one input takes stdin.
import { formatPath, type Problem } from '../problem.ts';
import type { InputSpec } from '../schema.ts';
import { isOfKind, kindOf, withArticle } from '../../values/json-kind.ts';
import type { Rule } from './rule.ts';

export const checkInputs: Rule = ({ workflow, uses }) => {
  const declared = Object.entries(workflow.inputs ?? {});
  const used = new Set(uses.flatMap((use) => use.references.map((reference) => reference.name)));
  // A malformed template may use any of the inputs.
  const isComplete = uses.every((use) => use.fault === undefined);
  const problems: Problem[] = [];
  for (const [name, spec] of declared) {
    const path = formatPath(['inputs', name]);
    if (isComplete && !used.has(name)) {
      const suggestion = `use it as \${${name}} or remove it`;
      problems.push({ path, message: `input "${name}" is never used`, suggestion });
    }
    problems.push(...checkDefault(path, spec));
  }
  const piped = declared.filter(([, spec]) => spec.stdin === true).map(([name]) => name);
  if (piped.length > 1) {
    const message = `only one input can have "stdin": true, not ${piped.join(', ')}`;
    problems.push({ path: 'inputs', message });
  }
  return problems;
};

function checkDefault(path: string, spec: InputSpec): Problem[] {
  const { default: value, type } = spec;
  if (value === undefined || type === undefined || isOfKind(value, type)) return [];
  if (value === null && spec.required !== true) return [];
  const message = `must be ${withArticle(type)}, is ${withArticle(kindOf(value))}`;
  return [{ path: `${path}.default`, message }];
}
