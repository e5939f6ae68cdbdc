// Parses `${name}`, `${node.key[0].x}`, `${a["a key"]}`, `${a ?? "default"}` and the escape `$${` into parts. Knows no
// scope: names are looked up when the template is resolved.
import { PflowError } from '../../errors.ts';
import type { Expression, Literal, PlainText, Reference, Template } from './ast.ts';

export type TemplateParseResult =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly message: string; readonly position: number };

const SPACE = /\s*/y;
const NAME = /[\p{L}\p{M}\p{N}_-]+/uy;
const INDEX = /(?:0|[1-9]\d{0,14})(?!\d)/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
/** A bare word is a value only when nothing of a reference follows it. */
const WORD = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*(?:\}|\?\?))/y;

const REMEMBERED = 2_000;
const readings = new Map<string, TemplateParseResult>();

/** Parses a text; for a malformed one, returns the problem and its offset (from 0). Results are cached. */
export function safeParseTemplate(text: string): TemplateParseResult {
  const known = readings.get(text);
  if (known !== undefined) return known;
  const reading = read(text);
  if (readings.size >= REMEMBERED) readings.clear();
  readings.set(text, reading);
  return reading;
}

export function parseTemplate(text: string): Template {
  const reading = safeParseTemplate(text);
  if (reading.ok) return reading.template;
  throw new PflowError('WORKFLOW_INVALID', `malformed template: ${reading.message}`, {
    details: [`at character ${String(reading.position + 1)}`],
    hint: 'For a literal "${" write "$${".',
  });
}

function read(text: string): TemplateParseResult {
  try {
    return { ok: true, template: new Reader(text).template() };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, message: error.message, position: error.position };
  }
}

class Malformed extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  template(): Template {
    const parts: (PlainText | Expression)[] = [];
    let plain = '';
    const flush = (): void => {
      if (plain !== '') parts.push({ kind: 'text', text: plain });
      plain = '';
    };
    for (;;) {
      const open = this.text.indexOf('${', this.at);
      if (open < 0) break;
      const escaped = open > this.at && this.text[open - 1] === '$';
      plain += this.text.slice(this.at, escaped ? open - 1 : open);
      this.at = open + 2;
      if (escaped) {
        plain += '${';
      } else {
        flush();
        parts.push(this.expression(open));
      }
    }
    plain += this.text.slice(this.at);
    flush();
    return parts;
  }

  private expression(open: number): Expression {
    const operands: (Reference | Literal)[] = [];
    for (;;) {
      this.take(SPACE);
      operands.push(this.operand(open, operands.length === 0));
      this.take(SPACE);
      if (this.takeText('}')) return { kind: 'expression', operands };
      if (!this.takeText('??')) this.unexpected(open);
    }
  }

  private operand(open: number, isFirst: boolean): Reference | Literal {
    if (this.text[this.at] === '"') return { kind: 'literal', value: this.quoted() };
    const word = isFirst ? undefined : this.take(WORD);
    if (word !== undefined) return { kind: 'literal', value: this.bareValue(word) };
    const name = this.take(NAME);
    if (name !== undefined) return { kind: 'reference', name, path: this.path(open) };
    if (this.text[this.at] !== '}') return this.unexpected(open);
    const what = isFirst ? 'there is no name between "${" and "}"' : 'nothing follows "??"';
    throw new Malformed(what, this.at);
  }

  private path(open: number): (string | number)[] {
    const keys: (string | number)[] = [];
    for (;;) {
      if (this.takeText('.')) {
        const key = this.take(NAME);
        if (key === undefined) throw new Malformed('a name is missing after "."', this.at);
        keys.push(key);
      } else if (this.takeText('[')) {
        keys.push(this.bracketed(open));
      } else {
        return keys;
      }
    }
  }

  private bracketed(open: number): string | number {
    const index = this.take(INDEX);
    const key = index === undefined && this.text[this.at] === '"' ? this.quoted() : Number(index);
    if (!this.takeText(']')) {
      if (this.at >= this.text.length) this.unexpected(open);
      throw new Malformed('"[" takes a number or a quoted key, such as [0] or ["a key"]', this.at);
    }
    return key;
  }

  private quoted(): string {
    const start = this.at;
    const text = this.take(STRING);
    if (text === undefined) throw new Malformed('a quote is not closed', start);
    try {
      return JSON.parse(text) as string;
    } catch {
      throw new Malformed('a quoted text is not a JSON string', start);
    }
  }

  private bareValue(word: string): number | boolean | null {
    const value = JSON.parse(word) as number | boolean | null;
    if (typeof value !== 'number') return value;
    if (!Number.isFinite(value)) throw new Malformed('the number is too large', this.at - word.length);
    return value === 0 ? 0 : value;
  }

  private unexpected(open: number): never {
    const found = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    if (this.at >= this.text.length) throw new Malformed('"${" is not closed by "}"', open);
    throw new Malformed(`${JSON.stringify(found)} is not allowed here`, this.at);
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
