// Builds the bytes of a line, forwards only. Joining strings and encoding the whole takes twice as long. Knows neither
// events nor JSON.

const SIZE = 64 * 1024;
const DIGIT_0 = 0x30;
/** Smaller integers are split into digits without floating point. */
const SMALL = 2 ** 31;

export class LineBuffer {
  readonly bytes: Buffer;
  /** Where the next byte goes. */
  at: number;
  private readonly start: number;

  /** `before` and `after`: bytes reserved around the content. */
  constructor(before: number, after: number) {
    this.bytes = Buffer.allocUnsafe(before + SIZE + after);
    this.start = before;
    this.at = before;
  }

  restart(): void {
    this.at = this.start;
  }

  get isFull(): boolean {
    return this.at > this.start + SIZE;
  }

  writeByte(value: number): void {
    this.bytes[this.at] = value;
    this.at += 1;
  }

  /** Throws a `RangeError` where the buffer is too small. */
  writeBytes(piece: Uint8Array): void {
    this.bytes.set(piece, this.at);
    this.at += piece.length;
  }

  /** Appends any text; where it does not fit, the buffer is `full` afterwards. */
  writeText(text: string): void {
    const room = this.bytes.length - this.at;
    this.at += text.length * 3 <= room ? this.bytes.write(text, this.at) : room + 1;
  }

  /** Appends ASCII characters. */
  writeAscii(text: string): void {
    const { bytes, at } = this;
    const { length } = text;
    for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index);
    this.at = at + length;
  }

  /** Appends a finite number in its JSON form. */
  writeNumber(value: number): void {
    if (value >= 0 && value < SMALL && Math.floor(value) === value) this.writeDigits(value);
    else this.writeAscii(String(value));
  }

  private writeDigits(value: number): void {
    let length = 1;
    for (let least = 10; least <= value; least *= 10) length += 1;
    const { bytes, at } = this;
    let rest = value;
    for (let place = at + length - 1; place >= at; place--) {
      const tenth = (rest / 10) | 0;
      bytes[place] = DIGIT_0 + rest - tenth * 10;
      rest = tenth;
    }
    this.at = at + length;
  }
}
