/**
 * Decodes bytes to text, because the store holds plain values only. Bytes that are not UTF-8 and contain a zero byte
 * are binary and become base64. A stray byte in a text, such as a name in Latin-1, becomes U+FFFD.
 */
export function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.includes(0) ? bytes.toString('base64') : bytes.toString('utf8');
  }
}
