// Decodes bytes to text, because the store holds plain values only. No byte is lost or replaced.

export const ENCODINGS = ['utf-8', 'latin1', 'base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface DecodedBytes {
  readonly text: string;
  /** The text is base64: it was requested, or the bytes are not in the encoding. */
  readonly isBinary: boolean;
}

/** Removes a byte order mark of UTF-8. */
export function decodeBytes(bytes: Buffer, encoding: Encoding = 'utf-8'): DecodedBytes {
  if (encoding === 'latin1') return { text: bytes.toString('latin1'), isBinary: false };
  if (encoding === 'base64') return { text: bytes.toString('base64'), isBinary: true };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isBinary: false };
  } catch {
    return { text: bytes.toString('base64'), isBinary: true };
  }
}
