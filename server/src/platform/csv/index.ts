/** Tables as text: RFC 4180 out, and in whatever spreadsheets make of it. Owns no table. */
export { CsvBroken, readCsv } from './read.ts';
export { csvLine, withoutFormulaMark } from './write.ts';
