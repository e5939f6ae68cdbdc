// Renames what templates refer to, in texts at any depth. Everything else in a text stays as it was written.
import { fieldsOf, mapFields } from '../../values/json-fields.ts';

/** `from` and `to` are the start of a reference, such as `fetch.time`. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

export function renameReferences(value: unknown, renames: readonly Rename[]): unknown {
  if (renames.length === 0) return value;
  if (typeof value === 'string') return renameInText(value, renames);
  if (Array.isArray(value)) return value.map((one) => renameReferences(one, renames));
  const members = fieldsOf(value);
  return members === undefined ? value : mapFields(members, (one) => renameReferences(one, renames));
}

function renameInText(text: string, renames: readonly Rename[]): string {
  let result = '';
  let at = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', at)) {
    const end = findEnd(text, start + 2);
    result += text.slice(at, start) + renameInExpression(text.slice(start, end), renames);
    at = end;
  }
  return result + text.slice(at);
}

/** Returns the position after the brace that closes an expression, whatever is inside. */
function findEnd(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

const PART_OF_NAME = /[\w.\]"-]/u;

function renameInExpression(expression: string, renames: readonly Rename[]): string {
  let result = expression;
  for (const { from, to } of renames) {
    for (let at = result.indexOf(from); at >= 0; at = result.indexOf(from, at)) {
      const before = result[at - 1] ?? '';
      const after = result[at + from.length] ?? '';
      const isWhole = !PART_OF_NAME.test(before) && !/[\w-]/u.test(after);
      if (isWhole) result = result.slice(0, at) + to + result.slice(at + from.length);
      at += isWhole ? to.length : from.length;
    }
  }
  return result;
}
