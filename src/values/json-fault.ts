// Finds where and why a text stops being JSON. The messages of JSON.parse sometimes have no position, and differ
// between versions of Node.js.
import { headOf } from './cut-text.ts';

export interface JsonFault {
  /** Offset in the text, from 0. */
  readonly position: number;
  readonly message: string;
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

const SPACE = /[ \t\n\r]*/y;
const STRING_BODY = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const WORD = /[^\s,:[\]{}"]+/y;
const LONGEST_WORD = 40;

/** Returns undefined for a valid JSON text. */
export function findJsonFault(text: string): JsonFault | undefined {
  return new Scanner(text).run();
}

class Scanner {
  private readonly text: string;
  private readonly open: ('{' | '[')[] = [];
  private at = 0;
  private commaAt = 0;
  private expected: Expected = 'value';

  constructor(text: string) {
    this.text = text;
  }

  run(): JsonFault | undefined {
    for (;;) {
      this.take(SPACE);
      const fault =
        this.at >= this.text.length ? this.checkEnd() : (this.rejectComment() ?? this.readToken());
      if (fault !== undefined) return fault;
      if (this.at >= this.text.length && this.expected === 'nothing') return undefined;
    }
  }

  private readToken(): JsonFault | undefined {
    const char = this.text[this.at] ?? '';
    if (char === '}' || char === ']') return this.readClose(char);
    switch (this.expected) {
      case 'value':
      case 'value or end':
        return this.readValue(char);
      case 'key':
      case 'key or end':
        return this.readKey(char);
      case 'colon':
        return this.readPunctuation(char, ':', 'value', 'a ":" is missing before this');
      case 'comma or end':
        this.commaAt = this.at;
        return this.readPunctuation(
          char,
          ',',
          this.open.at(-1) === '{' ? 'key' : 'value',
          'a comma is missing before this',
        );
      case 'nothing':
        return this.fault('there is something after the end of the JSON');
      default:
        return this.expected satisfies never;
    }
  }

  private readValue(char: string): JsonFault | undefined {
    if (char === '{' || char === '[') {
      this.open.push(char);
      this.expected = char === '{' ? 'key or end' : 'value or end';
      this.at += 1;
      return undefined;
    }
    if (char === '"') {
      const fault = this.readString();
      this.endValue();
      return fault;
    }
    if (this.take(SCALAR) === undefined) return this.notAValue(char);
    this.endValue();
    return undefined;
  }

  private notAValue(char: string): JsonFault {
    if (char === "'") return this.fault('single quotes; JSON takes double quotes');
    if (char === ',' || char === ':') return this.fault('a value is missing before this');
    const start = this.at;
    const word = headOf(this.take(WORD) ?? char, LONGEST_WORD);
    return this.fault(`${JSON.stringify(word)} is not a JSON value`, start);
  }

  private readKey(char: string): JsonFault | undefined {
    if (char === "'") return this.fault('single quotes; JSON takes double quotes');
    if (char !== '"')
      return this.fault(char === ',' ? 'a key is missing before this' : 'a key without double quotes');
    const fault = this.readString();
    this.expected = 'colon';
    return fault;
  }

  private readClose(char: string): JsonFault | undefined {
    const opened = this.open.at(-1);
    if ((opened === '{') !== (char === '}') || opened === undefined) {
      if (opened === undefined) return this.fault(`"${char}" closes nothing that is open here`);
      return this.fault(`"${opened === '{' ? '}' : ']'}" is missing before this "${char}"`);
    }
    if (this.expected === 'key' || this.expected === 'value') {
      const afterColon = opened === '{' && this.expected === 'value';
      if (afterColon) return this.fault('a value is missing before this');
      return this.fault(`a comma before "${char}"`, this.commaAt);
    }
    if (this.expected === 'colon') return this.fault('a ":" and a value are missing before this');
    this.open.pop();
    this.at += 1;
    this.endValue();
    return undefined;
  }

  private readString(): JsonFault | undefined {
    const start = this.at;
    if (this.take(STRING_BODY) === undefined) return this.fault('a text is not closed', start);
    const next = this.text[this.at];
    if (next === undefined) return this.fault('a text is not closed', start);
    if (next === '\n' || next === '\r') return this.fault('a line break inside a text; write it as \\n');
    if (next === '\\') return this.fault('an escape that JSON does not have');
    if (next !== '"') return this.fault('a control character inside a text');
    this.at += 1;
    return undefined;
  }

  private readPunctuation(
    char: string,
    expected: string,
    then: Expected,
    message: string,
  ): JsonFault | undefined {
    if (char !== expected) return this.fault(message);
    this.at += 1;
    this.expected = then;
    return undefined;
  }

  private endValue(): void {
    this.expected = this.open.length === 0 ? 'nothing' : 'comma or end';
  }

  private rejectComment(): JsonFault | undefined {
    const isComment = this.text.startsWith('//', this.at) || this.text.startsWith('/*', this.at);
    if (isComment || this.text[this.at] === '#') return this.fault('a comment, which JSON does not allow');
    return undefined;
  }

  private checkEnd(): JsonFault | undefined {
    if (this.expected === 'nothing') return undefined;
    const opened = this.open.at(-1);
    if (opened === undefined) return this.fault('it is empty');
    return this.fault(`it ends before its "${opened === '{' ? '}' : ']'}"`);
  }

  private fault(message: string, position = this.at): JsonFault {
    return { position, message };
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
