// Puts values in the place of templates, deep in objects and arrays. What was put in is never read again,
// so a value that looks like a template stays a text.
import { parseTemplate } from './parse-template.ts';
import type { Expression, Reference, Template } from './ast.ts';
import { describeMissing } from './describe-missing.ts';
import { lookUp } from './look-up.ts';
import { printExpression } from './print-template.ts';
import type { Scope } from './scope.ts';
import { toText } from './to-text.ts';

export interface MissingReference {
  /** Position of the template in the value: keys and indices. */
  readonly path: readonly (string | number)[];
  /** Such as `${read.contents}`. */
  readonly expression: string;
  readonly details: readonly string[];
}

export interface ResolvedValue {
  readonly value: unknown;
  /** What was looked up, in order, whether it was there or not. Empty when the value holds no template. */
  readonly references: readonly Reference[];
  readonly missing: readonly MissingReference[];
}

const DEEPEST = 100;

export function resolveValue(value: unknown, scope: Scope): ResolvedValue {
  const resolver = new Resolver(scope);
  const result = resolver.inside(value, []);
  return { value: result, references: resolver.references, missing: resolver.missing };
}

class Resolver {
  readonly references: Reference[] = [];
  readonly missing: MissingReference[] = [];
  private readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  inside(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === 'string')
      return value.includes('${') ? this.text(parseTemplate(value), path) : value;
    if (typeof value !== 'object' || value === null || path.length >= DEEPEST) return value;
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.inside(item, [...path, index]));
      return items.every((item, index) => Object.is(item, value[index])) ? value : items;
    }
    return isPlain(value) ? this.record(value, path) : value;
  }

  private record(value: Record<string, unknown>, path: readonly (string | number)[]): unknown {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, this.inside(item, [...path, key])] as const,
    );
    return entries.every(([key, item]) => Object.is(item, value[key])) ? value : Object.fromEntries(entries);
  }

  private text(template: Template, path: readonly (string | number)[]): unknown {
    const [only] = template;
    if (template.length === 1 && only?.kind === 'expression') return this.expression(only, path);
    return template
      .map((part) => (part.kind === 'text' ? part.text : toText(this.expression(part, path), part)))
      .join('');
  }

  private expression(expression: Expression, path: readonly (string | number)[]): unknown {
    let value: unknown;
    for (const [index, operand] of expression.operands.entries()) {
      const isLast = index === expression.operands.length - 1;
      if (operand.kind === 'literal') {
        value = operand.value;
      } else {
        this.references.push(operand);
        const found = lookUp(operand, this.scope);
        if (!found.found && isLast) {
          const details = describeMissing(operand, found, this.scope);
          this.missing.push({ path, expression: printExpression(expression), details });
        }
        value = found.found ? found.value : undefined;
      }
      if (value !== undefined && value !== null) break;
    }
    return value;
  }
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
