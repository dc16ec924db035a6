export interface LeefMessage {
  version: '1.0' | '2.0';
  vendor: string;
  product: string;
  productVersion: string;
  eventId: string;
  /** One character between the attributes: a tab in version 1.0, chosen by the sender in 2.0. */
  delimiter: string;
  /** In the order of the message. A key that repeats has its last value. */
  attributes: Map<string, string>;
}

/** Why a text is no LEEF message. Codes are stable. */
export interface LeefProblem {
  code: 'leef.too-long' | 'leef.not-found' | 'leef.version' | 'leef.header';
  /** The place in the text, in characters. */
  at: number;
  what: string;
}
