// Replaces templates by values, at any depth of objects and arrays. Inserted values are not parsed again, so a value
// that looks like a template stays a text.
import type { CommandLine } from '../../flow/context.ts';
import { kindOf, withArticle } from '../../values/json-kind.ts';
import { parseTemplate } from './parse-template.ts';
import { applyFilter } from './filters.ts';
import type { Expression, PlainReference, Reference, Template } from './ast.ts';
import { describeMissing } from './describe-missing.ts';
import { lookUp } from './look-up.ts';
import { printExpression, printReference } from './print-template.ts';
import type { Scope } from './scope.ts';
import { toText } from './to-text.ts';

export interface MissingReference {
  /** Position of the template in the value: keys and indices. */
  readonly path: readonly (string | number)[];
  /** For example `${read.contents}`. */
  readonly expression: string;
  readonly details: readonly string[];
}

export interface ResolvedValue {
  readonly value: unknown;
  /** Every reference that was looked up, in order, including missing ones. */
  readonly references: readonly PlainReference[];
  readonly missing: readonly MissingReference[];
  /** For a command with references; its value is what the shell is given. */
  readonly line?: CommandLine;
}

const MAX_DEPTH = 100;

type Lookup =
  | { readonly found: true; readonly value: unknown }
  | { readonly found: false; readonly describe: () => readonly string[] };

/** Returns the given value itself if it contains no template. Values nested deeper than 100 levels stay unresolved. */
export function resolveValue(value: unknown, scope: Scope): ResolvedValue {
  const resolver = new Resolver(scope);
  const result = resolver.resolve(value, []);
  return { value: result, references: resolver.references, missing: resolver.missing };
}

/** Resolves one expression on its own. */
export function resolveExpression(expression: Expression, scope: Scope): ResolvedValue {
  const resolver = new Resolver(scope);
  const value = resolver.resolveExpression(expression, []);
  return { value, references: resolver.references, missing: resolver.missing };
}

class Resolver {
  readonly references: PlainReference[] = [];
  readonly missing: MissingReference[] = [];
  private readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  resolve(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === 'string')
      return value.includes('${') ? this.resolveText(parseTemplate(value), path) : value;
    if (typeof value !== 'object' || value === null || path.length >= MAX_DEPTH) return value;
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.resolve(item, [...path, index]));
      return items.every((item, index) => Object.is(item, value[index])) ? value : items;
    }
    return isPlainObject(value) ? this.resolveRecord(value, path) : value;
  }

  private resolveRecord(value: Record<string, unknown>, path: readonly (string | number)[]): unknown {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, this.resolve(item, [...path, key])] as const,
    );
    return entries.every(([key, item]) => Object.is(item, value[key])) ? value : Object.fromEntries(entries);
  }

  private resolveText(template: Template, path: readonly (string | number)[]): unknown {
    const [only] = template;
    if (template.length === 1 && only?.kind === 'expression') return this.resolveExpression(only, path);
    return template
      .map((part) => (part.kind === 'text' ? part.text : toText(this.resolveExpression(part, path), part)))
      .join('');
  }

  resolveExpression(expression: Expression, path: readonly (string | number)[]): unknown {
    let value: unknown;
    for (const [index, operand] of expression.operands.entries()) {
      const isLast = index === expression.operands.length - 1;
      if (operand.kind === 'literal') {
        value = operand.value;
      } else {
        const found = this.lookUp(operand);
        if (!found.found && isLast)
          this.missing.push({ path, expression: printExpression(expression), details: found.describe() });
        value = found.found ? found.value : undefined;
      }
      if (value !== undefined && value !== null) break;
    }
    for (const filter of expression.filters ?? [])
      value = applyFilter(value, filter, printExpression(expression));
    return value;
  }

  /** Looks up the references in the path first. */
  private lookUp(reference: Reference): Lookup {
    const path: (string | number)[] = [];
    for (const key of reference.path) {
      if (typeof key !== 'object') {
        path.push(key);
        continue;
      }
      const found = this.lookUp(key);
      if (!found.found) return found;
      const { value } = found;
      if (typeof value !== 'string' && !Number.isSafeInteger(value)) {
        const shown = printReference(key.name, key.path);
        return {
          found: false,
          describe: () => [`${shown} is ${withArticle(kindOf(value))}, not a key or an index`],
        };
      }
      path.push(value as string | number);
    }
    const plain: PlainReference = { ...reference, path };
    this.references.push(plain);
    const found = lookUp(plain, this.scope);
    return found.found ? found : { found: false, describe: () => describeMissing(plain, found, this.scope) };
  }
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
