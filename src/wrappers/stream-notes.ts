// Keeps the text of a streamed answer while it comes, and when it began.

export class StreamNotes {
  text = '';
  /** Called once, with the first text. */
  onFirst: () => void = () => undefined;
  private readonly onText: (text: string) => void;

  constructor(onText: (text: string) => void) {
    this.onText = onText;
  }

  readonly add = (text: string): void => {
    if (this.text === '') this.onFirst();
    this.text += text;
    this.onText(text);
  };
}
