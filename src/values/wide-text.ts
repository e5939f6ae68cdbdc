// Recognises text in UTF-16, in which Windows PowerShell writes what `>` redirects.

export type WideEncoding = 'UTF-16' | 'UTF-16LE' | 'UTF-16BE';

/** Finds the encoding by a byte order mark, else by two characters of ASCII. The names are those of iconv. */
export function wideEncodingOf(bytes: Uint8Array): WideEncoding | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (/^(?:\u00ff\u00fe|\u00fe\u00ff)/u.test(start)) return 'UTF-16';
  if (/^[^\0]\0[^\0]\0/u.test(start)) return 'UTF-16LE';
  return /^\0[^\0]\0[^\0]/u.test(start) ? 'UTF-16BE' : undefined;
}

/** Names the command that converts the text. */
export function convertWideText(encoding: WideEncoding, file = 'FILE'): string {
  return `Convert it to UTF-8: iconv -f ${encoding} -t UTF-8 ${file} > COPY.`;
}
