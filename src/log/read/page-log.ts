// Finds the log inside a run page. A page is HTML that holds its log as base64 of gzip, in an element of its own.

/** The first bytes of every run page. */
export const RUN_PAGE_MAGIC = '<!doctype html><!-- pflow run page -->';

const START = Buffer.from('<script type="application/gzip" id="pflow-log">');
const END = Buffer.from('</script>');

/** Whether the bytes begin a run page; false for fewer bytes than that takes. */
export function isRunPage(bytes: Uint8Array): boolean {
  return Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, RUN_PAGE_MAGIC.length),
  ).equals(Buffer.from(RUN_PAGE_MAGIC));
}

/** Returns the compressed log of a page. A page that was cut has a part of it, or no byte. */
export function logOfPage(page: Buffer): Buffer {
  const start = page.lastIndexOf(START);
  if (start < 0) return Buffer.alloc(0);
  const from = start + START.length;
  const end = page.indexOf(END, from);
  return Buffer.from(page.toString('latin1', from, end < 0 ? page.length : end), 'base64');
}
