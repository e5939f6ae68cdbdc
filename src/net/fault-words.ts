// Puts what a parser, a socket or TLS reports into words for people.

interface FaultWords {
  readonly message: string;
  readonly hint?: string;
}

const OTHER_SERVICE =
  'Check the address: another service may listen at this port, or it requires https:// in place of http://.';

/** `SSL routines:ssl3_get_record:wrong version number:…` of OpenSSL. */
const TLS_REASON = /:SSL routines:[^:]*:([^:\n]*)/u;

/** `code` and `text` are those of the error. Returns the text for a code without words of its own. */
export function describeFault(code: string, text: string): FaultWords {
  if (code === 'HPE_HEADER_OVERFLOW') return { message: 'the headers of the answer are larger than 64 KiB' };
  if (code.startsWith('HPE_')) {
    const reason = text.replace(/^Parse Error:?\s*/u, '');
    return {
      message: `what came is not valid HTTP${reason === '' ? '' : ` (${reason})`}`,
      hint: OTHER_SERVICE,
    };
  }
  if (text === 'socket hang up') return { message: 'the server closed the connection without an answer' };
  const tlsReason = TLS_REASON.exec(text)?.[1];
  if (tlsReason === undefined) return { message: text };
  return {
    message: `no TLS connection (${tlsReason})`,
    hint: 'A server that does not speak TLS has an address that begins with http://.',
  };
}
