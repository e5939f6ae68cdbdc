// Shows the texts of streamed answers, one after the other, without secrets. A text waits at the end of its last word,
// since the rest of a secret may follow.
import type { ModelText } from '../../nodes/run-context.ts';

interface ShownText {
  readonly key: string;
  readonly title: string;
  text: string;
  shown: string;
  isEnded: boolean;
}

/** Marks a text as cut: the redactor then finds the beginning of a secret at its end. */
const CUT = '…';

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

  add({ node, item, text }: ModelText): void {
    const known = this.find(node, item);
    if (known !== undefined) known.text += text;
    else {
      const title = item === undefined ? node : `${node}[${String(item)}]`;
      this.texts.push({ key: keyOf(node, item), title, text, shown: '', isEnded: false });
    }
  }

  /** The answer is complete, or failed. Another attempt begins a text of its own. */
  end(node: string, item: number | undefined): void {
    const known = this.find(node, item);
    if (known !== undefined) known.isEnded = true;
  }

  /** Returns what can be shown now and was not: titles, and parts of texts. */
  take(): string {
    let taken = '';
    for (let first = this.texts[0]; first !== undefined; first = this.texts[0]) {
      taken += this.takeFrom(first);
      if (!first.isEnded) break;
      if (first.shown !== '' && !first.shown.endsWith('\n')) taken += '\n';
      this.texts.shift();
    }
    return taken;
  }

  private find(node: string, item: number | undefined): ShownText | undefined {
    const key = keyOf(node, item);
    return this.texts.find((text) => text.key === key && !text.isEnded);
  }

  private takeFrom(text: ShownText): string {
    const ready = text.isEnded ? this.redact(text.text) : this.readyPart(text.text);
    const more = ready.slice(commonLength(text.shown, ready));
    if (more === '') return '';
    const title = text.shown === '' ? `${text.title}\n` : '';
    text.shown = ready;
    return title + more;
  }

  /** Whole words, up to the beginning of what may become a secret. */
  private readyPart(text: string): string {
    const words = text.slice(0, text.search(/\S*$/u));
    const redacted = this.redact(words);
    return redacted.slice(0, commonLength(redacted, this.redact(words + CUT)));
  }
}

function commonLength(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return index;
  return length;
}

function keyOf(node: string, item: number | undefined): string {
  return JSON.stringify([node, item ?? null]);
}
