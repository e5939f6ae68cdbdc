// Prints templates, expressions and references, and escapes literal text.
import { exactJsonText } from '../../values/exact-json.ts';
import type { Expression, Literal, PathKey, Reference, Template } from './ast.ts';

const PLAIN_KEY = /^[\p{L}\p{M}\p{N}_-]+$/u;

/** Parsing the result gives the same template. A text part must not end in `$` before an expression. */
export function printTemplate(template: Template): string {
  return template
    .map((part) => (part.kind === 'text' ? escapeTemplate(part.text) : printExpression(part)))
    .join('');
}

export function printExpression(expression: Expression): string {
  const { operands, filters = [] } = expression;
  return '${' + [operands.map(printOperand).join(' ?? '), ...filters].join(' | ') + '}';
}

/** Returns a template that resolves to `text`. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** Prints a reference without braces, such as `node.key[0]["a key"]`. */
export function printReference(name: string, path: readonly PathKey[]): string {
  const keys = path.map((key) => {
    if (typeof key === 'number') return `[${String(key)}]`;
    if (typeof key === 'object') return '[${' + printReference(key.name, key.path) + '}]';
    return PLAIN_KEY.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return name + keys.join('');
}

function printOperand(operand: Reference | Literal): string {
  return operand.kind === 'literal'
    ? (exactJsonText(operand.value) ?? '')
    : printReference(operand.name, operand.path);
}
