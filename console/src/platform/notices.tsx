import Button from '@cloudscape-design/components/button';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

/** What was done, said once at the top of the page. */
export interface Notice {
  type: 'success' | 'info' | 'warning' | 'error';
  content: string;
  /** Takes back what was done; offered for as long as the notice stays. */
  undo?: { label: string; run(): void };
}

const Say = createContext<(notice: Notice) => void>(() => {});
const Said = createContext<(Notice & { id: string })[]>([]);
const Forget = createContext<(id: string) => void>(() => {});

/** What went well, or is under way, says itself and goes; warnings and errors stay until they are dismissed. */
const PASSING_MS = 6000;
const passing: readonly Notice['type'][] = ['success', 'info'];
/** Long enough to see that it was a slip. */
const UNDO_MS = 30_000;

export const NoticeProvider = ({ children }: { children: ReactNode }) => {
  const [notices, setNotices] = useState<(Notice & { id: string })[]>([]);
  const { say, forget } = useMemo(() => {
    const forget = (id: string) => setNotices((all) => all.filter((each) => each.id !== id));
    const say = (notice: Notice) => {
      const id = crypto.randomUUID();
      setNotices((all) => [...all.slice(-2), { ...notice, id }]);
      if (passing.includes(notice.type)) setTimeout(() => forget(id), notice.undo ? UNDO_MS : PASSING_MS);
    };
    return { say, forget };
  }, []);
  return (
    <Say value={say}>
      <Forget value={forget}>
        <Said value={notices}>{children}</Said>
      </Forget>
    </Say>
  );
};

export const useSay = () => useContext(Say);

/** Draws what was said, after notices that the shell adds itself. */
export const Notices = ({ first }: { first: FlashbarProps.MessageDefinition[] }) => {
  const text = useText(platformMessages);
  const notices = useContext(Said);
  const forget = useContext(Forget);
  return (
    <Flashbar
      items={[
        ...first,
        ...notices.map(({ id, type, content, undo }) => ({
          id,
          type,
          content,
          dismissible: true,
          dismissLabel: text('dismiss'),
          onDismiss: () => forget(id),
          ...(undo
            ? {
                action: (
                  <Button
                    onClick={() => {
                      forget(id);
                      undo.run();
                    }}
                  >
                    {undo.label}
                  </Button>
                ),
              }
            : {}),
        })),
      ]}
    />
  );
};
