// The text of a template, of an expression and of a reference; and the escape that keeps a text as it is.
import type { Expression, Literal, Reference, Template } from './ast.ts';

const PLAIN_KEY = /^[\p{L}\p{M}\p{N}_-]+$/u;

/** Reading what is printed gives the same template. A text part must not end in `$` before an expression. */
export function printTemplate(template: Template): string {
  return template
    .map((part) => (part.kind === 'text' ? escapeTemplate(part.text) : printExpression(part)))
    .join('');
}

export function printExpression(expression: Expression): string {
  return '${' + expression.operands.map(printOperand).join(' ?? ') + '}';
}

/** A text that resolves to `text`. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** Without the braces: `node.key[0]["a key"]`. */
export function printReference(name: string, path: readonly (string | number)[]): string {
  const keys = path.map((key) => {
    if (typeof key === 'number') return `[${String(key)}]`;
    return PLAIN_KEY.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return name + keys.join('');
}

function printOperand(operand: Reference | Literal): string {
  return operand.kind === 'literal'
    ? JSON.stringify(operand.value)
    : printReference(operand.name, operand.path);
}
