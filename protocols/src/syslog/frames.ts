/** Longest message that is taken from a stream when nothing else is said. */
export const MOST_FRAME_BYTES = 65_536;

/** One message of a stream, or the reason why bytes were passed over. */
export type SyslogFrame =
  | { ok: true; text: string }
  | { ok: false; problem: { code: 'syslog.frame-too-long' | 'syslog.frame-cut'; what: string } };

const MOST_COUNT_DIGITS = 9;
const LINE_BREAK = 10;
const NUL = 0;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

/**
 * Cuts a TCP or TLS stream into messages, by octet counting or by line ends, told apart for each message (RFC 6587): a
 * message begins with `<`, so a digit is a count. Memory is bounded by `mostBytes`, whatever comes.
 */
export const createFrameReader = ({ mostBytes = MOST_FRAME_BYTES }: { mostBytes?: number } = {}) => {
  /** Bytes that were not used yet lie in `held` from `start` to `end`. */
  let held = Buffer.alloc(4096);
  let start = 0;
  let end = 0;
  /** No line end before this place. */
  let searched = 0;
  /** Bytes of an octet-counted message that is too long and is passed over. */
  let skipBytes = 0;
  /** Inside of a line that is too long. */
  let skipLine = false;

  const hold = (chunk: Buffer): void => {
    const size = end - start;
    if (end + chunk.length > held.length) {
      const room =
        size + chunk.length > held.length ? Buffer.alloc(Math.max(held.length * 2, size + chunk.length)) : held;
      held.copy(room, 0, start, end);
      held = room;
      searched -= start;
      start = 0;
      end = size;
    }
    chunk.copy(held, end);
    end += chunk.length;
  };

  /** Length of `123 ` when the bytes are a count; 0 when they are none, -1 when more must come. */
  const countLength = (): number => {
    let place = start;
    while (place < end && isDigit(held[place]) && place - start <= MOST_COUNT_DIGITS) place += 1;
    if (place === end && place - start <= MOST_COUNT_DIGITS) return -1;
    return held[place] === 32 && place - start <= MOST_COUNT_DIGITS ? place - start + 1 : 0;
  };

  const tooLong = (): SyslogFrame => ({
    ok: false,
    problem: { code: 'syslog.frame-too-long', what: `a message of more than ${mostBytes} bytes was passed over` },
  });

  const textOf = (from: number, to: number): string => held.toString('utf8', from, to);

  /** The next message of the held bytes; null when more must come. */
  const next = (): SyslogFrame | null => {
    for (;;) {
      if (skipBytes > 0) {
        const skipped = Math.min(skipBytes, end - start);
        start += skipped;
        skipBytes -= skipped;
        if (skipBytes > 0) return null;
      }
      if (!skipLine) {
        // Between messages: line ends behind an octet-counted one, blanks before the next.
        while (start < end && (held[start] ?? 0) <= 32) start += 1;
        if (start === end) return null;
        if (isDigit(held[start]) && held[start] !== 48) {
          const length = countLength();
          if (length < 0) return null;
          if (length > 0) {
            const size = Number(held.toString('latin1', start, start + length - 1));
            if (size > mostBytes) {
              start += length;
              skipBytes = size;
              searched = start;
              return tooLong();
            }
            if (end - start < length + size) return null;
            const text = textOf(start + length, start + length + size);
            start += length + size;
            searched = start;
            return { ok: true, text };
          }
        }
      }
      searched = Math.max(searched, start);
      const lineEnd = endOfLine();
      if (lineEnd < 0) {
        searched = end;
        if (skipLine) {
          start = end;
        } else if (end - start > mostBytes) {
          skipLine = true;
          start = end;
          return tooLong();
        }
        return null;
      }
      const from = start;
      start = lineEnd + 1;
      searched = start;
      if (skipLine) {
        skipLine = false;
        continue;
      }
      if (lineEnd - from > mostBytes) return tooLong();
      return { ok: true, text: textOf(from, lineEnd) };
    }
  };

  const endOfLine = (): number => {
    const lineBreak = held.subarray(searched, end).indexOf(LINE_BREAK);
    const nul = held.subarray(searched, lineBreak < 0 ? end : searched + lineBreak).indexOf(NUL);
    const place = nul >= 0 ? nul : lineBreak;
    return place < 0 ? -1 : searched + place;
  };

  const drain = (): SyslogFrame[] => {
    const frames: SyslogFrame[] = [];
    for (let frame = next(); frame !== null; frame = next()) frames.push(frame);
    if (start === end) {
      start = 0;
      end = 0;
      searched = 0;
    }
    return frames;
  };

  return {
    /** Takes bytes in and gives what is complete. */
    push: (chunk: Uint8Array): SyslogFrame[] => {
      const frames: SyslogFrame[] = [];
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      // In pieces, so that one large chunk does not make the buffer as large.
      for (let from = 0; from < bytes.length; from += mostBytes) {
        hold(bytes.subarray(from, from + mostBytes));
        frames.push(...drain());
      }
      return frames;
    },

    /** The stream ended: what is left is the last line, or a message that was cut. */
    end: (): SyslogFrame[] => {
      const isCounted = isDigit(held[start]) && held[start] !== 48 && start < end && countLength() !== 0;
      const isCut = skipBytes > 0 || (isCounted && !skipLine);
      const rest = skipLine ? '' : textOf(start, end);
      start = 0;
      end = 0;
      searched = 0;
      skipBytes = 0;
      skipLine = false;
      if (isCut) {
        return [{ ok: false, problem: { code: 'syslog.frame-cut', what: 'the stream ended inside of a message' } }];
      }
      return rest === '' ? [] : [{ ok: true, text: rest }];
    },

    /** Bytes that are held for messages to come. */
    heldBytes: (): number => end - start,
  };
};
export type FrameReader = ReturnType<typeof createFrameReader>;

/** `123 <14>1 …`: any text can be framed so, also one with line breaks (RFC 6587, 3.4.1; RFC 5425). */
export const octetCounted = (message: string): Buffer => {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'latin1'), bytes]);
};

/** The message and a line end; line breaks and NUL inside of it become blanks, since they would cut it in two. */
export const lineFramed = (message: string): Buffer => Buffer.from(`${message.replace(/[\r\n\0]+/g, ' ')}\n`, 'utf8');
