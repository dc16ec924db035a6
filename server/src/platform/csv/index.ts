/** Tables as text: RFC 4180 out, and in whatever spreadsheets make of it. Owns no table. */
export { CsvBroken, type CsvRecord, readCsv } from './read.ts';
export { type CsvCell, csvLine, csvPages, withoutFormula, withoutFormulaMark } from './write.ts';
