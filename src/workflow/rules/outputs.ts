// Checks that the source of an output is a template. `references.ts` checks whether it can resolve.
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
        message: `${JSON.stringify(source)} contains no template, so it is the same in every run`,
        ...(isReference ? { suggestion: `did you mean ${wrapped}?` } : {}),
      },
    ];
  });
