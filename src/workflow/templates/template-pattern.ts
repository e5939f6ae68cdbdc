// Builds the pattern of texts whose templates are well formed, for JSON Schemas. It has no branch that two texts share,
// so that a matcher never goes back far.

const SPACE = String.raw`\s*`;
const NAME = String.raw`[\p{L}\p{M}\p{N}_\-]+`;
const QUOTED = String.raw`"(?:[^"\\]|\\[\s\S])*"`;
/** Other numbers have the form of a name with a path. */
const EXPONENT = String.raw`[\-0-9.]+[eE]\+[0-9]+`;
const INDEX = '(?:0|[1-9][0-9]{0,14})';
const FILTER = 'json';

/** The depth of `${a[${b[${c}]}]}`; what is deeper is accepted as it is. */
const DEPTH = 2;

/** The pattern for the flag `u`. Commands have a syntax of their own. */
export const TEMPLATE_PATTERN = textOf(expressionOf(DEPTH));

function textOf(expression: string): string {
  const escaped = String.raw`\$\$\{`;
  const dollar = String.raw`\$(?!\$?\{)`;
  return `^[^$]*(?:(?:${escaped}|${dollar}|${expression})[^$]*)*$`;
}

function expressionOf(depth: number): string {
  const first = `(?:${QUOTED}|${referenceOf(depth)})`;
  const other = `(?:${QUOTED}|${EXPONENT}|${referenceOf(depth)})`;
  const defaults = `(?:\\?\\?${SPACE}${other}${SPACE})*`;
  const filters = `(?:\\|${SPACE}${FILTER}${SPACE})*`;
  return `\\$\\{${SPACE}${first}${SPACE}${defaults}${filters}\\}`;
}

function referenceOf(depth: number): string {
  const inner = depth === 0 ? '[^}]*' : `${SPACE}${referenceOf(depth - 1)}${SPACE}`;
  const key = `(?:${INDEX}|${QUOTED}|\\$\\{${inner}\\})`;
  return `${NAME}(?:\\.${NAME}|\\[${key}\\])*`;
}
