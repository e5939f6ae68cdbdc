// Keeps the text of a streamed answer while it comes, and when it began.
import type { CallDetails } from '../models/model.ts';

type TextSink = NonNullable<CallDetails['onText']>;

export class StreamNotes {
  text = '';
  /** Called once, with the first text. */
  onFirst: () => void = () => undefined;
  private readonly onText: TextSink;
  private readonly call: number;

  constructor(onText: TextSink, call: number) {
    this.onText = onText;
    this.call = call;
  }

  /** A given number wins: it is that of the log of the run. */
  readonly add: TextSink = (text, call = this.call) => {
    if (this.text === '') this.onFirst();
    this.text += text;
    this.onText(text, call);
  };
}
