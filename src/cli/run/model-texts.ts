// Shows the texts of streamed answers, one after the other, without secrets. A text waits at the end of its last word,
// since the rest of a secret may follow.
import type { ModelText } from '../../nodes/run-context.ts';
import { redactCut } from '../../values/cut-text.ts';

interface ShownText {
  readonly call: number;
  readonly title: string;
  text: string;
  shown: string;
  end?: TextEnd;
}

/** Cut: the answer failed, and the rest of a secret may be missing. */
export type TextEnd = 'whole' | 'cut';

export class ModelTexts {
  private readonly redact: (text: string) => string;
  /** In the order in which they began. The first one is shown, the others wait. */
  private readonly texts: ShownText[] = [];

  constructor(redact: (text: string) => string) {
    this.redact = redact;
  }

  get isEmpty(): boolean {
    return this.texts.length === 0;
  }

  add({ call, node, item, text }: ModelText): void {
    const known = this.find(call);
    if (known !== undefined) known.text += text;
    else {
      const title = item === undefined ? node : `${node}[${String(item)}]`;
      this.texts.push({ call, title, text, shown: '' });
    }
  }

  /** Another attempt is another call, with a text of its own. */
  end(call: number, end: TextEnd): void {
    const known = this.find(call);
    if (known !== undefined) known.end = end;
  }

  /** Returns what can be shown now and was not: titles, and parts of texts. */
  take(): string {
    let taken = '';
    for (let first = this.texts[0]; first !== undefined; first = this.texts[0]) {
      taken += this.takeFrom(first);
      if (first.end === undefined) break;
      if (first.shown !== '' && !first.shown.endsWith('\n')) taken += '\n';
      this.texts.shift();
    }
    return taken;
  }

  private find(call: number): ShownText | undefined {
    return this.texts.find((text) => text.call === call);
  }

  private takeFrom(text: ShownText): string {
    const ready = this.readyPart(text);
    const more = ready.slice(commonLength(text.shown, ready));
    if (more === '') return '';
    const title = text.shown === '' ? `${text.title}\n` : '';
    text.shown = ready;
    return title + more;
  }

  private readyPart({ text, end }: ShownText): string {
    if (end === 'whole') return this.redact(text);
    return end === 'cut' ? redactCut(text, this.redact) : this.readyWords(text);
  }

  /** Whole words, up to the beginning of what may become a secret. */
  private readyWords(text: string): string {
    const words = text.slice(0, text.search(/\S*$/u));
    const redacted = this.redact(words);
    return redacted.slice(0, commonLength(redacted, redactCut(words, this.redact)));
  }
}

function commonLength(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return index;
  return length;
}
