import type { Draft, Filter, LineField, Wrong } from './drafts.ts';

/** What every tab of the form is given. */
export interface TabProps {
  draft: Draft;
  /** Shown once somebody tried to save. */
  wrongs: readonly Wrong[];
  disabled: boolean;
  onChange(change: Partial<Draft>): void;
}

/** Changes of the filter and of its lists of lines. */
export const filterChanges = ({ draft, onChange }: Pick<TabProps, 'draft' | 'onChange'>) => ({
  change: (filter: Partial<Filter>) =>
    onChange({ settings: { ...draft.settings, filter: { ...draft.settings.filter, ...filter } } }),
  changeLines: (field: LineField, text: string) => onChange({ lines: { ...draft.lines, [field]: text } }),
});
