/** Reports over devices, events and licence keys, as tables and as files. Owns no table: a report is made when asked for. */
export { writeReport } from './formats/index.ts';
export {
  type ReportData,
  type ReportDevice,
  type ReportEvent,
  type ReportKey,
  type ReportKind,
  type ReportSource,
  startReport,
} from './report.ts';
export { type ReportPlan, type ReportWish, reportRoutes, requireReport } from './routes.ts';
export { reportKinds } from './types/index.ts';
