// The source of an output is a template; whether it can be resolved is a matter of `references.ts`.
import { pathText } from '../problem.ts';
import { readTemplate } from '../templates/parse-template.ts';
import type { Rule } from './rule.ts';

export const outputs: Rule = ({ workflow }) =>
  Object.entries(workflow.outputs ?? {}).flatMap(([name, { source }]) => {
    if (source.includes('${')) return [];
    const wrapped = '${' + source + '}';
    const isReference = readTemplate(wrapped).ok;
    return [
      {
        path: pathText(['outputs', name, 'source']),
        message: `${JSON.stringify(source)} holds no template, so it is the same in every run`,
        ...(isReference ? { suggestion: `did you mean ${wrapped}?` } : {}),
      },
    ];
  });
