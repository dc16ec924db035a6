import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useRef } from 'react';

export interface Shortcut {
  /** One key, `?`, or two in a row, `g d`. */
  keys: string;
  label: string;
  run(): void;
}

/** A second key must come this soon after the first. */
const SEQUENCE_MS = 1200;

const ownsKeys = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest(
      'input:not([type=radio]):not([type=checkbox]), textarea, select, [role=combobox], [role=listbox], [role=menu], [role=dialog]',
    ) !== null);

const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('a, button, [role=button], [role=tab], summary') !== null;

const createRegistry = () => {
  const groups: Shortcut[][] = [];
  let first: { key: string; at: number } | undefined;
  const find = (keys: string) =>
    groups
      .toReversed()
      .flat()
      .find((shortcut) => shortcut.keys === keys);
  return {
    add(group: Shortcut[]) {
      groups.push(group);
      return () => void groups.splice(groups.indexOf(group), 1);
    },
    all: (): Shortcut[] => groups.flat(),
    press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || ownsKeys(event.target)) return;
      if (event.key === 'Enter' && isControl(event.target)) return;
      const sequence = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : undefined;
      first = undefined;
      const shortcut = (sequence && find(sequence)) || find(event.key);
      if (shortcut) {
        event.preventDefault();
        shortcut.run();
      } else if (groups.flat().some(({ keys }) => keys.startsWith(`${event.key} `))) {
        first = { key: event.key, at: event.timeStamp };
      }
    },
  };
};

type Registry = ReturnType<typeof createRegistry>;
const Context = createContext<Registry | null>(null);

export const ShortcutProvider = ({ children }: { children: ReactNode }) => {
  const registry = useMemo(createRegistry, []);
  useEffect(() => {
    document.addEventListener('keydown', registry.press);
    return () => document.removeEventListener('keydown', registry.press);
  }, [registry]);
  return <Context value={registry}>{children}</Context>;
};

/** Shortcuts hold as long as the component is on the page; the innermost wins where two have the same keys. */
export const useShortcuts = (shortcuts: Shortcut[]): void => {
  const registry = useContext(Context);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = shortcuts.map(({ keys, label }) => `${keys}\t${label}`).join('\n');
  // With the page, not after it: a key that is pressed as soon as the page is seen must not be lost.
  useLayoutEffect(() => {
    const group =
      names === ''
        ? []
        : names.split('\n').map((name) => {
            const [keys = '', label = ''] = name.split('\t');
            return { keys, label, run: () => latest.current.find((each) => each.keys === keys)?.run() };
          });
    return registry?.add(group);
  }, [registry, names]);
};

/** All shortcuts that hold now, for the list behind `?`. */
export const useShortcutList = () => {
  const registry = useContext(Context);
  return (): Shortcut[] => registry?.all() ?? [];
};
