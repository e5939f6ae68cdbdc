// Warns of a text that looks like JSON and becomes one string inside other JSON. Its author probably meant the value.
import type { NodeContext } from '../flow/context.ts';
import type { Node, Params } from '../flow/node.ts';
import { parseContainer } from '../workflow/infer-value.ts';
import { formatPath } from '../workflow/problem.ts';
import { safeParseTemplate } from '../workflow/templates/parse-template.ts';
import { printExpression } from '../workflow/templates/print-template.ts';

type Path = readonly (string | number)[];

/** Names the params of a node whose objects are written as JSON. */
export type JsonParams = readonly string[];

interface JsonCheck {
  /** The params as in the workflow, and with their templates filled in. */
  readonly written: Params;
  readonly params: Params;
  readonly names: JsonParams;
  /** Messages of earlier visits and items, which are not repeated. */
  readonly warned: Set<string>;
}

export function warnOfJsonAsText<C extends NodeContext>(
  { id }: Node<C>,
  { written, params, names, warned }: JsonCheck,
  { warn }: C,
): void {
  if (warn === undefined) return;
  for (const name of names) {
    for (const { path, expression } of findJsonTexts(written[name], params[name], [name])) {
      const meant = `${expression.slice(0, -1)} | json}`;
      const message = `node "${id}": ${formatPath(path)} is JSON that becomes one string; ${meant} inserts its value`;
      if (warned.has(message)) continue;
      warned.add(message);
      warn({ code: 'JSON_AS_TEXT', message, node_id: id });
    }
  }
}

interface JsonText {
  readonly path: Path;
  readonly expression: string;
}

/** Skips a param that is one template as a whole: its text is used unchanged. */
function findJsonTexts(written: unknown, value: unknown, path: Path): readonly JsonText[] {
  if (typeof written === 'string') {
    const expression = path.length > 1 && typeof value === 'string' ? loneExpression(written) : undefined;
    return expression !== undefined && isJsonContainer(value as string) ? [{ path, expression }] : [];
  }
  if (typeof written !== 'object' || written === null || typeof value !== 'object' || value === null)
    return [];
  return Object.entries(written).flatMap(([key, member]) =>
    findJsonTexts(member, (value as Record<string, unknown>)[key], [
      ...path,
      Array.isArray(written) ? Number(key) : key,
    ]),
  );
}

/** An expression with a filter was given one on purpose. */
function loneExpression(text: string): string | undefined {
  if (!text.includes('${')) return undefined;
  const parsed = safeParseTemplate(text);
  const [part, ...others] = parsed.ok ? parsed.template : [];
  if (part?.kind !== 'expression' || others.length > 0 || part.filters !== undefined) return undefined;
  return printExpression(part);
}

function isJsonContainer(text: string): boolean {
  try {
    return parseContainer(text) !== undefined;
  } catch {
    return true;
  }
}
