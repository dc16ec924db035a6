/** A recording of KSC Open API traffic: JSON lines, one request and its answer in each. What they are is in docs/open-api-recordings.md. */
import { z } from 'zod';

export const RECORDING_FORMAT = 'gatehouse-open-api-recording';

/** Of a body: JSON as it is, text, bytes as base64, or only how long it was. */
const Body = z.union([
  z.object({ json: z.unknown() }),
  z.object({ text: z.string() }),
  z.object({ base64: z.string() }),
  z.object({ leftOutBytes: z.int(), why: z.string() }),
]);
export type Body = z.infer<typeof Body>;

const Headers = z.record(z.string(), z.string());

const Head = z.object({ format: z.literal(RECORDING_FORMAT), version: z.literal(1), recordedAt: z.iso.datetime() });
const Pair = z.object({
  /** Counts requests from 1, in the order in which they began. */
  number: z.int(),
  /** Counts connections of the client from 1: logins belong to them. */
  connection: z.int(),
  /** Milliseconds after the recording began. */
  atMs: z.number(),
  tookMs: z.number(),
  request: z.object({ method: z.string(), path: z.string(), headers: Headers, body: Body.nullable() }),
  response: z.object({ status: z.int(), headers: Headers, body: Body.nullable() }),
});
export type RecordedPair = z.infer<typeof Pair>;

/** The file is no recording, or was damaged. */
export class NotARecording extends Error {
  override readonly name = 'NotARecording';
  readonly code = 'open_api_recorder.not_a_recording';
}

export const recordingHead = (now: Date): string =>
  JSON.stringify({ format: RECORDING_FORMAT, version: 1, recordedAt: now.toISOString() });

/**
 * The pairs of a recording. A last line that was cut off, as by a recorder that was killed, is left out.
 *
 * @throws NotARecording with the number of the line that cannot be read
 */
export const parseRecording = (text: string): RecordedPair[] => {
  const lines = text.split('\n');
  const isWhole = lines.at(-1) === '';
  const written = lines.filter((line) => line.trim() !== '');
  return written.flatMap((line, index): RecordedPair[] => {
    const isCutOff = !isWhole && index === written.length - 1 && index > 0;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      if (isCutOff) return [];
      throw new NotARecording(`line ${index + 1} is no JSON`);
    }
    const read = (index === 0 ? Head : Pair).safeParse(json);
    if (!read.success) {
      throw new NotARecording(`line ${index + 1}: ${z.prettifyError(read.error).replaceAll('\n', ' ')}`);
    }
    return index === 0 ? [] : [read.data as RecordedPair];
  });
};
