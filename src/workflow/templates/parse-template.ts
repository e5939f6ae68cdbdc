// Parses templates: `${name}`, `${node.key[0].x}`, `${a["a key"]}`, `${a[${i}]}`, `${a ?? "default"}`, `${a | raw}` and
// the escape `$${`. Names are looked up later, when a template is resolved.
import { PflowError } from '../../errors.ts';
import { parseExactJson } from '../../values/exact-json.ts';
import type { Expression, Literal, PathKey, PlainText, Reference, Template } from './ast.ts';
import { FILTERS, type Filter } from './filters.ts';

export type TemplateParseResult =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly message: string; readonly position: number };

const SPACE = /\s*/y;
const NAME = /[\p{L}\p{M}\p{N}_-]+/uy;
const INDEX = /(?:0|[1-9]\d{0,14})(?!\d)/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
/** A bare word is a literal only if the operand ends after it; `true.x` is a reference. */
const WORD = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*(?:\}|\?\?|\|))/y;

const MAX_CACHED = 2_000;
const cache = new Map<string, TemplateParseResult>();

/** Parses a text; for a malformed one, returns the problem and its offset (from 0). Results are cached. */
export function safeParseTemplate(text: string): TemplateParseResult {
  const cached = cache.get(text);
  if (cached !== undefined) return cached;
  const result = parse(text);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(text, result);
  return result;
}

export type ExpressionParseResult =
  /** `end` is the offset behind the closing brace. */
  | { readonly ok: true; readonly expression: Expression; readonly end: number }
  | { readonly ok: false; readonly message: string; readonly position: number };

/** Parses one expression; `open` is the offset of its `${`. */
export function parseExpressionAt(text: string, open: number): ExpressionParseResult {
  const parser = new TemplateParser(text, open + 2);
  return catchMalformed(() => {
    const expression = parser.parseExpression(open);
    return { ok: true, expression, end: parser.at };
  });
}

/** Throws WORKFLOW_INVALID for a malformed template. */
export function parseTemplate(text: string): Template {
  const result = safeParseTemplate(text);
  if (result.ok) return result.template;
  throw new PflowError('WORKFLOW_INVALID', `malformed template: ${result.message}`, {
    details: [`at character ${String(result.position + 1)}`],
    hint: 'For a literal "${" write "$${".',
  });
}

function parse(text: string): TemplateParseResult {
  return catchMalformed(() => ({ ok: true, template: new TemplateParser(text, 0).parse() }));
}

function catchMalformed<T>(parsing: () => T): T | Extract<TemplateParseResult, { ok: false }> {
  try {
    return parsing();
  } catch (error) {
    if (!(error instanceof MalformedTemplateError)) throw error;
    return { ok: false, message: error.message, position: error.position };
  }
}

class MalformedTemplateError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

class TemplateParser {
  private readonly text: string;
  at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  parse(): Template {
    const parts: (PlainText | Expression)[] = [];
    let plain = '';
    const flush = (): void => {
      if (plain !== '') parts.push({ kind: 'text', text: plain });
      plain = '';
    };
    for (;;) {
      const open = this.text.indexOf('${', this.at);
      if (open < 0) break;
      const isEscaped = open > this.at && this.text[open - 1] === '$';
      plain += this.text.slice(this.at, isEscaped ? open - 1 : open);
      this.at = open + 2;
      if (isEscaped) {
        plain += '${';
      } else {
        flush();
        parts.push(this.parseExpression(open));
      }
    }
    plain += this.text.slice(this.at);
    flush();
    return parts;
  }

  parseExpression(open: number): Expression {
    const operands: (Reference | Literal)[] = [];
    for (;;) {
      this.take(SPACE);
      operands.push(this.parseOperand(open, operands.length === 0));
      this.take(SPACE);
      if (this.takeText('}')) return { kind: 'expression', operands };
      if (this.takeText('|')) return { kind: 'expression', operands, filters: this.parseFilters(open) };
      if (!this.takeText('??')) this.throwUnexpected(open);
    }
  }

  /** Takes the closing brace, too. */
  private parseFilters(open: number): Filter[] {
    const filters: Filter[] = [];
    for (;;) {
      this.take(SPACE);
      const start = this.at;
      const name = this.take(NAME);
      if (name === undefined)
        throw new MalformedTemplateError('the name of a filter is missing after "|"', open);
      const filter = FILTERS.find((known) => known === name);
      if (filter === undefined) {
        const message = `there is no filter "${name}"; available: ${FILTERS.join(', ')}`;
        throw new MalformedTemplateError(message, start);
      }
      filters.push(filter);
      this.take(SPACE);
      if (this.takeText('}')) return filters;
      if (!this.takeText('|')) this.throwUnexpected(open);
    }
  }

  private parseOperand(open: number, isFirst: boolean): Reference | Literal {
    if (this.text[this.at] === '"') return { kind: 'literal', value: this.parseQuoted() };
    const word = isFirst ? undefined : this.take(WORD);
    if (word !== undefined) return { kind: 'literal', value: this.parseWord(word) };
    const name = this.take(NAME);
    if (name !== undefined) return { kind: 'reference', name, path: this.parsePath(open) };
    if (this.text[this.at] !== '}') return this.throwUnexpected(open);
    const what = isFirst ? 'there is no name between "${" and "}"' : 'nothing follows "??"';
    throw new MalformedTemplateError(what, this.at);
  }

  private parsePath(open: number): PathKey[] {
    const keys: PathKey[] = [];
    for (;;) {
      if (this.takeText('.')) {
        const key = this.take(NAME);
        if (key === undefined) throw new MalformedTemplateError('a name is missing after "."', this.at);
        keys.push(key);
      } else if (this.takeText('[')) {
        keys.push(this.parseBracketed(open));
      } else {
        return keys;
      }
    }
  }

  private parseBracketed(open: number): PathKey {
    const index = this.take(INDEX);
    const key = index === undefined ? this.parseKey() : Number(index);
    if (key === undefined || !this.takeText(']')) {
      if (this.at >= this.text.length) this.throwUnexpected(open);
      throw new MalformedTemplateError(
        '"[" takes a number, a quoted key or a template, such as [0], ["a key"] or [${name}]',
        this.at,
      );
    }
    return key;
  }

  /** Returns undefined where neither a quoted key nor a template begins. */
  private parseKey(): PathKey | undefined {
    if (this.text[this.at] === '"') return this.parseQuoted();
    const open = this.at;
    if (!this.takeText('${')) return undefined;
    const { operands, filters } = this.parseExpression(open);
    const [only] = operands;
    if (operands.length === 1 && filters === undefined && only?.kind === 'reference') return only;
    throw new MalformedTemplateError('a template inside "[" takes one name, such as [${name}]', open);
  }

  private parseQuoted(): string {
    const start = this.at;
    const text = this.take(STRING);
    if (text === undefined) throw new MalformedTemplateError('a quote is not closed', start);
    try {
      return JSON.parse(text) as string;
    } catch {
      throw new MalformedTemplateError('a quoted text is not a JSON string', start);
    }
  }

  private parseWord(word: string): Literal['value'] {
    try {
      const value = parseExactJson(word) as Literal['value'];
      return value === 0 ? 0 : value;
    } catch {
      throw new MalformedTemplateError('the number is too large', this.at - word.length);
    }
  }

  private throwUnexpected(open: number): never {
    const found = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    if (this.at >= this.text.length) throw new MalformedTemplateError('"${" is not closed by "}"', open);
    throw new MalformedTemplateError(`${JSON.stringify(found)} is not allowed here`, this.at);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private takeText(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
}
