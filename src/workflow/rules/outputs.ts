// The source of an output is a template; whether it can be resolved is a matter of `references.ts`.
import { formatPath } from '../problem.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import type { Rule } from './rule.ts';

export const checkOutputs: Rule = ({ workflow }) =>
  Object.entries(workflow.outputs ?? {}).flatMap(([name, { source }]) => {
    if (source.includes('${')) return [];
    const wrapped = '${' + source + '}';
    const isReference = safeParseTemplate(wrapped).ok;
    return [
      {
        path: formatPath(['outputs', name, 'source']),
        message: `${JSON.stringify(source)} holds no template, so it is the same in every run`,
        ...(isReference ? { suggestion: `did you mean ${wrapped}?` } : {}),
      },
    ];
  });
