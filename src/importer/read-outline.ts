// Reads the outline of a Markdown workflow: its title, its sections, and in each of them the entities with their
// prose, list items and fenced blocks. Interprets none of them.
import { findFence, type Fence } from './fence.ts';
import type { TextProblem } from './import-note.ts';

/** Lines of a text that belong together. */
export interface Chunk {
  /** The line of the file in which the text begins. */
  readonly line: number;
  readonly text: string;
}

export interface Block extends Chunk {
  /** The words after the opening fence, such as `shell command`. */
  readonly info: string;
}

export interface Entity {
  readonly id: string;
  readonly line: number;
  readonly prose: string;
  /** Each list item without its `- `, with the lines that belong to it. */
  readonly items: readonly Chunk[];
  readonly blocks: readonly Block[];
}

export interface Section {
  readonly name: string;
  readonly line: number;
  readonly entities: readonly Entity[];
}

export interface Outline {
  readonly title: string;
  readonly prose: string;
  readonly sections: readonly Section[];
  readonly problems: readonly TextProblem[];
}

const ID = /^[a-z][a-z0-9_-]*$/u;

export function readOutline(text: string): Outline {
  return new OutlineReader(text).read();
}

interface OpenItem {
  readonly line: number;
  readonly lines: string[];
  /** The last line and those that it is indented under, the outermost first. */
  readonly outer: OuterLine[];
}

interface OuterLine {
  readonly indent: number;
  /** It begins a text of several lines, or is part of one. */
  readonly isText: boolean;
}

interface OpenEntity {
  readonly id: string;
  readonly line: number;
  readonly prose: string[];
  readonly items: OpenItem[];
  readonly blocks: Block[];
  /** The item that an indented line continues. */
  openItem: OpenItem | undefined;
}

interface OpenSection {
  readonly name: string;
  readonly line: number;
  readonly entities: OpenEntity[];
}

class OutlineReader {
  private readonly lines: readonly string[];
  private readonly problems: TextProblem[] = [];
  private readonly sections: OpenSection[] = [];
  private readonly prose: string[] = [];
  private title: string | undefined;
  private section: OpenSection | undefined;
  private entity: OpenEntity | undefined;

  constructor(text: string) {
    this.lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  }

  read(): Outline {
    let index = this.endOfFrontMatter();
    while (index < this.lines.length) index = this.readAt(index);
    return {
      title: this.title ?? '',
      prose: paragraph(this.prose),
      problems: this.problems,
      sections: this.sections.map(({ name, line, entities }) => ({
        name,
        line,
        entities: entities.map(closeEntity),
      })),
    };
  }

  /** Skips the counts that earlier versions write between two lines `---`. */
  private endOfFrontMatter(): number {
    if (this.lines[0]?.trimEnd() !== '---') return 0;
    const end = this.lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
    if (end > 0) return end + 1;
    this.report(1, 'the front matter that begins here has no end: a line ---');
    return 1;
  }

  /** Returns the index of the next line to read. */
  private readAt(index: number): number {
    const line = this.lines[index] ?? '';
    const item = this.entity?.openItem;
    const fence = item !== undefined && isFenceInText(item, line) ? undefined : findFence(this.lines, index);
    if (fence !== undefined) return this.readFence(fence, index);
    const [, marks = '', title = ''] = /^(#{1,3})\s([^]*)$/u.exec(line) ?? [];
    if (marks !== '') this.openHeading(marks.length, withoutClosingMarks(title), index + 1);
    else this.addLine(line, index + 1);
    return index + 1;
  }

  private openHeading(depth: number, name: string, line: number): void {
    if (depth === 3) {
      this.openEntity(name, line);
      return;
    }
    this.entity = undefined;
    if (depth === 2) {
      this.section = { name, line, entities: [] };
      this.sections.push(this.section);
    } else if (this.title === undefined) this.title = name;
    else this.report(line, `a second title; ${JSON.stringify(this.title)} is the first`);
  }

  private openEntity(id: string, line: number): void {
    if (this.section === undefined) this.report(line, `### ${id} is in no section; sections begin with ##`);
    if (!ID.test(id)) {
      this.report(
        line,
        `${JSON.stringify(id)} is not an id: a small letter, then small letters, digits, _ and -`,
      );
    }
    this.entity = { id, line, prose: [], items: [], blocks: [], openItem: undefined };
    this.section?.entities.push(this.entity);
  }

  private readFence({ info, body, end, isClosed }: Fence, index: number): number {
    const { entity } = this;
    if (!isClosed) this.report(index + 1, 'the fence that opens here is not closed');
    // Blocks of the description are documentation.
    if (entity === undefined) return end;
    entity.openItem = undefined;
    if (info === '') {
      this.report(index + 1, 'the fence has no tag: write the param after it, such as ```shell command');
    } else entity.blocks.push({ line: index + 2, text: body, info });
    return end;
  }

  private addLine(line: string, number: number): void {
    const { entity } = this;
    if (entity === undefined) {
      if (this.section === undefined) this.prose.push(line);
      return;
    }
    if (/^-\s/u.test(line)) {
      entity.openItem = openItem(line.replace(/^-/u, ' '), number);
      entity.items.push(entity.openItem);
    } else if (line.trim() === '') entity.prose.push(line);
    else if (entity.openItem !== undefined && /^\s/u.test(line)) continueItem(entity.openItem, line, number);
    else {
      entity.openItem = undefined;
      entity.prose.push(line);
    }
  }

  private report(line: number, message: string): void {
    this.problems.push({ line, message });
  }
}

function openItem(first: string, line: number): OpenItem {
  const item: OpenItem = { line, lines: [], outer: [] };
  continueItem(item, first, line);
  return item;
}

/** Keeps the blank lines before it, for the value and for the places of problems. */
function continueItem(item: OpenItem, line: string, number: number): void {
  const { line: start, lines, outer } = item;
  while (start + lines.length < number) lines.push('');
  lines.push(line);
  if (line.trim() === '') return;
  const isText = isInText(item, line) || LITERAL.test(line);
  outer.push({ indent: indentOf(line), isText });
}

/** The end of a line that begins a text of several lines: `prompt: |`. */
const LITERAL = /[:\s][|>][-+\d]{0,2}\s*$/u;

/** Whether a fence belongs to a text of an item, and so opens no block. */
function isFenceInText(item: OpenItem, line: string): boolean {
  return /^\s+(?:```|~~~)/u.test(line) && isInText(item, line);
}

/** Closes the lines that the next one is not indented under: looking back over them for each fence is quadratic. */
function isInText({ outer }: OpenItem, line: string): boolean {
  const indent = indentOf(line);
  while ((outer.at(-1)?.indent ?? -1) >= indent) outer.pop();
  return outer.at(-1)?.isText ?? false;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function closeEntity({ id, line, prose, items, blocks }: OpenEntity): Entity {
  const texts = items.map((item) => ({ line: item.line, text: item.lines.join('\n') }));
  return { id, line, prose: paragraph(prose), items: texts, blocks };
}

/** A heading may end with marks, which are not part of its title. */
function withoutClosingMarks(title: string): string {
  const text = title.trim();
  let end = text.length;
  while (text[end - 1] === '#') end -= 1;
  return text.slice(0, end).trim();
}

/** Lines of one paragraph are one line; paragraphs stay apart. */
function paragraph(lines: readonly string[]): string {
  const paragraphs = lines
    .join('\n')
    .split(/\n[ \t]*\n/u)
    .map((one) => one.trim().split('\n'))
    .map((inner) => inner.map((line) => line.trim()).join(' '));
  return paragraphs.filter((one) => one !== '').join('\n\n');
}
