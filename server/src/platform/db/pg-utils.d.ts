declare module 'pg/lib/utils.js' {
  /** Turns a parameter into what node-postgres sends: text, bytes, or null. */
  export const prepareValue: (value: unknown) => string | Buffer | null;
}
