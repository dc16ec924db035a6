/** What every page of the console is made of: waiting and failing, lists, marks, times, links, shortcuts. Knows no module. */
export { AskFirst } from './ask-first.tsx';
export { ChartOrTable } from './chart-or-table.tsx';
export { applyKeptDisplay, type Display, DisplayProvider, useDisplay } from './display.tsx';
export { EmptyState } from './empty-state.tsx';
export { FilterBox, type FilterProperty, type FilterValues, maskOperators } from './filter-box.tsx';
export { ImportDialog, ImportRows } from './import-dialog.tsx';
export { AppLink, useAddress, useFollow, useGo, useTenantScope } from './links.tsx';
export { type Column, ListTable } from './list-table.tsx';
export { type Answer, Loaded, Waiting } from './loaded.tsx';
export { SeverityMark, StateMark, StatusMark, useLevelWords } from './marks.tsx';
export { platformMessages } from './messages.ts';
export { NoticeProvider, Notices, useSay } from './notices.tsx';
export { CopyLine, OneTimeSecret } from './one-time-secret.tsx';
export { Page, usePageTitle } from './page.tsx';
export { paths, withQuery } from './paths.ts';
export { ApiProblem, issueOf } from './problem.ts';
export { ProblemAlert } from './problem-alert.tsx';
export { ExactTime, RelativeTime } from './relative-time.tsx';
export { Rights, useMay } from './rights.tsx';
export { ShortcutProvider, useShortcutList, useShortcuts } from './shortcuts.tsx';
export { PanelContext, PanelSteps, SidePanel } from './side-panel.tsx';
export { messagesOf, useText } from './texts.ts';
export { UnsavedGuard } from './unsaved-guard.tsx';
export {
  type KeysetPages,
  listState,
  parseQuery,
  urlFlag,
  urlList,
  urlNumber,
  urlOneOf,
  urlText,
  useKeysetPages,
  useUrlState,
  writeQuery,
} from './url-state.ts';
