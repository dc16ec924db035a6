export interface CefMessage {
  /** 0 or 1 as they are in use. */
  version: number;
  vendor: string;
  product: string;
  deviceVersion: string;
  /** Signature id or event class. */
  classId: string;
  name: string;
  /** 0 to 10, or a word (`Low`, `Very-High`): senders differ, so it is kept as it came. */
  severity: string;
  /** In the order of the message. A key that repeats has its last value. */
  extension: Map<string, string>;
}

/** Why a text is no CEF message. Codes are stable. */
export interface CefProblem {
  code: 'cef.too-long' | 'cef.not-found' | 'cef.header';
  /** The place in the text, in characters. */
  at: number;
  what: string;
}
