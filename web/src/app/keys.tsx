import { Kbd, Modal, Stack, Table, Text, Title } from '@mantine/core';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { words } from '@/words';

/** A key, or two in a row ("g a"), and what it does. */
export interface Shortcut {
  keys: string;
  label: string;
  /** Everywhere, or on the page that is open. */
  global?: boolean;
  run: () => void;
}

interface Registry {
  add: (shortcut: Shortcut) => () => void;
  showHelp: () => void;
}

const Context = createContext<Registry | undefined>(undefined);

/** How long a second key may take, in milliseconds. */
const patience = 1200;

/** Whether a key that is pressed there is text, or belongs to a dialog, and no shortcut. */
function belongsElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input:not([type=checkbox]), textarea, select, [role=dialog], [role=listbox], [role=menu]') !== null
  );
}

/** Listens for shortcuts and shows what there is by ?. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const known = useRef<Shortcut[]>([]);
  const [help, setHelp] = useState<Shortcut[]>();

  const showHelp = useCallback(() => setHelp([...known.current]), []);
  const add = useCallback((shortcut: Shortcut) => {
    known.current = [...known.current, shortcut];
    return () => {
      known.current = known.current.filter((other) => other !== shortcut);
    };
  }, []);

  useEffect(() => {
    let before = '';
    let at = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || belongsElsewhere(event.target)) return;
      if (document.querySelector('[role=dialog]')) return;
      const now = Date.now();
      const sequence = before && now - at < patience ? `${before} ${event.key}` : '';
      const find = (keys: string) => known.current.findLast((shortcut) => shortcut.keys === keys);
      const found = (sequence && find(sequence)) || find(event.key);
      before = event.key;
      at = now;
      if (!found) return;
      before = '';
      event.preventDefault();
      found.run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  const registry = useMemo(() => ({ add, showHelp }), [add, showHelp]);
  return (
    <Context value={registry}>
      {children}
      <HelpShortcut />
      <Modal
        opened={help !== undefined}
        onClose={() => setHelp(undefined)}
        title={words.keys.title}
        closeButtonProps={{ 'aria-label': words.do.close }}
      >
        <Stack>
          <Keys title={words.keys.here} shortcuts={help?.filter((s) => !s.global) ?? []} />
          <Keys
            title={words.keys.everywhere}
            shortcuts={[
              { keys: 'Ctrl+K', label: words.keys.palette },
              { keys: 'Ctrl+Enter', label: words.keys.submit },
              { keys: 'Esc', label: words.keys.close },
              ...(help?.filter((s) => s.global) ?? []),
            ]}
          />
        </Stack>
      </Modal>
    </Context>
  );
}

function HelpShortcut() {
  const { showHelp } = useRegistry();
  useShortcut('?', words.keys.help, showHelp, { global: true });
  return null;
}

function Keys({ title, shortcuts }: { title: string; shortcuts: { keys: string; label: string }[] }) {
  if (shortcuts.length === 0) return null;
  return (
    <div>
      <Title order={2} mb={4}>
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {shortcuts.map((s) => (
            <Table.Tr key={s.keys}>
              <Table.Td w="9rem">
                {s.keys.split(' ').map((key, i) => (
                  <span key={key}>
                    {i > 0 && (
                      <Text span size="xs" c="dimmed">
                        {` ${words.keys.followedBy} `}
                      </Text>
                    )}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{s.label}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function useRegistry(): Registry {
  const registry = use(Context);
  if (!registry) throw new Error('ShortcutProvider is missing');
  return registry;
}

/** Opens the list of shortcuts. */
export const useShortcutHelp = () => useRegistry().showHelp;

/** Adds a shortcut for as long as the component is there. The one that was added last wins. */
export function useShortcut(keys: string, label: string, run: () => void, options: { global?: boolean; enabled?: boolean } = {}) {
  const { add } = useRegistry();
  const { global = false, enabled = true } = options;
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled || !keys) return;
    return add({ keys, label, global, run: () => latest.current() });
  }, [add, keys, label, global, enabled]);
}
