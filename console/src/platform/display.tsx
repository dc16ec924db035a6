import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { z } from 'zod';

const Display = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  density: z.enum(['comfortable', 'compact']).catch('comfortable'),
});
export type Display = z.output<typeof Display>;

const STORAGE_KEY = 'gatehouse.display';
const prefersDark = () => matchMedia('(prefers-color-scheme: dark)');

const readDisplay = (): Display => {
  const kept = localStorage.getItem(STORAGE_KEY);
  if (kept === null) return Display.parse({});
  try {
    return Display.parse(JSON.parse(kept));
  } catch {
    // Written by something else: the defaults are right, and the next choice writes over it.
    return Display.parse({});
  }
};

const apply = ({ theme, density }: Display): void => {
  applyMode(theme === 'dark' || (theme === 'system' && prefersDark().matches) ? Mode.Dark : Mode.Light);
  applyDensity(density === 'compact' ? Density.Compact : Density.Comfortable);
};

/** Before the first drawing, so that a dark page does not flash white. */
export const applyKeptDisplay = (): void => apply(readDisplay());

const Context = createContext<{ display: Display; setDisplay(display: Display): void } | null>(null);

export const DisplayProvider = ({ children }: { children: ReactNode }) => {
  const [display, setDisplay] = useState(readDisplay);
  useEffect(() => {
    apply(display);
    const system = prefersDark();
    const follow = () => apply(display);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [display]);
  const choose = (next: Display) => {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
    setDisplay(next);
  };
  return <Context value={{ display, setDisplay: choose }}>{children}</Context>;
};

/** Light or dark, comfortable or compact: of this browser. */
export const useDisplay = () => {
  const context = useContext(Context);
  if (!context) throw new Error('useDisplay is used outside of DisplayProvider');
  return context;
};
