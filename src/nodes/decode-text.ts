// Bytes as they stand in the store, which holds plain values only.

/**
 * Text in UTF-8. Bytes that are no UTF-8 and hold a zero byte are binary and become base64; a stray byte in
 * a text, such as a name in Latin-1, becomes U+FFFD.
 */
export function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.includes(0) ? bytes.toString('base64') : bytes.toString('utf8');
  }
}
