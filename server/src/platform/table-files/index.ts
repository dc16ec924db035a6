/** Tables as files for spreadsheets: CSV and XLSX. Owns no table of the database. */
export { type Cell, type TableColumn, type TableFile, writeTable } from './table-file.ts';
