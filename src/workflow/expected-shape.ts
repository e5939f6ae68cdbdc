// Suggests the object to write where a workflow file has a plain value instead.
import type { Problem } from './problem.ts';

interface Shape {
  /** The path of such a value; `*` is any key or index. */
  readonly path: readonly string[];
  /** The value in the key that it was probably meant for, or an example. */
  suggest(value: unknown): unknown;
}

const INPUT_TYPES: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'object', 'array'];

const SHAPES: readonly Shape[] = [
  { path: ['inputs'], suggest: (value) => inputsOf(value) },
  { path: ['inputs', '*'], suggest: (value) => ({ type: INPUT_TYPES.includes(value) ? value : 'string' }) },
  { path: ['outputs'], suggest: (value) => ({ result: { source: textOr(value, '${node.output}') } }) },
  { path: ['outputs', '*'], suggest: (value) => ({ source: textOr(value, '${node.output}') }) },
  { path: ['edges', '*'], suggest: (value) => edgeOf(value) },
  { path: ['nodes', '*', 'retry'], suggest: (value) => ({ max: typeof value === 'number' ? value : 3 }) },
  { path: ['nodes', '*', 'batch'], suggest: (value) => ({ items: isItems(value) ? value : '${node.list}' }) },
  { path: ['nodes', '*', 'loop'], suggest: (value) => ({ until: textOr(value, '${node.done}') }) },
];

/** `path` is that of a value that must be an object. Returns nothing for other places. */
export function suggestShape(path: readonly PropertyKey[], value: unknown): Pick<Problem, 'suggestion'> {
  const shape = SHAPES.find(
    ({ path: pattern }) =>
      pattern.length === path.length && pattern.every((key, index) => key === '*' || key === path[index]),
  );
  return shape === undefined ? {} : { suggestion: `write ${JSON.stringify(shape.suggest(value))}` };
}

/** Names in a list are inputs of that name. */
function inputsOf(value: unknown): unknown {
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string').slice(0, 3) : [];
  const listed = names.length === 0 ? ['name'] : names;
  return Object.fromEntries(listed.map((name) => [name, { type: 'string' }]));
}

function edgeOf(value: unknown): unknown {
  const [from, to] = Array.isArray(value) ? (value as unknown[]) : [];
  return { from: textOr(from, 'a'), to: textOr(to, 'b') };
}

function isItems(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value);
}

function textOr(value: unknown, example: string): string {
  return typeof value === 'string' && value !== '' ? value : example;
}
