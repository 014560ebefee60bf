import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Problem, problemOf } from '@/api/problem';
import type { Tagged } from '@/api/tagged';
import { useSavedElsewhere } from '@/app/live';
import { words } from '@/words';
import { Changed } from './Changed';
import { failed } from './notice';

const text = words.meanwhile;

/** A field that somebody else has changed since it was read. */
export interface TheirChange {
  field: string;
  was: string;
  is: string;
  /** The person has typed something of their own there. */
  typed: boolean;
}

interface Options<Read, Draft> {
  opened: boolean;
  /** The record as the page shows it. */
  read: Tagged<Read>;
  draftOf: (read: Read) => Draft;
  /** Reads the record anew. */
  reload: () => Promise<Tagged<Read>>;
  /** What the audit trail calls it: its object and id. Who edits is told when somebody else saves it. */
  told?: [object: string, id: string];
  /** A value as people read it, where it is not a text that says itself. */
  say?: (field: keyof Draft & string, value: unknown, read: Read) => string;
}

/** The fields of a draft that differ from another. */
export function changed<Draft extends object>(from: Draft, to: Draft): Partial<Draft> {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])] as (keyof Draft)[];
  return Object.fromEntries(
    names.filter((name) => JSON.stringify(to[name]) !== JSON.stringify(from[name])).map((name) => [name, to[name]]),
  ) as Partial<Draft>;
}

/**
 * What somebody types about a record that others may change meanwhile. Saving names the version that was read; where there is a newer
 * one, what the others changed is shown, and nothing that was typed is lost.
 */
export function useDraft<Read extends object, Draft extends object>(o: Options<Read, Draft>) {
  const [base, setBase] = useState(() => ({ read: o.read as Read, etag: o.read.etag, draft: o.draftOf(o.read) }));
  const [draft, setDraft] = useState(base.draft);
  const [theirs, setTheirs] = useState<TheirChange[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed stays when the record is read again
  useEffect(() => {
    if (!o.opened) return;
    const fresh = { read: o.read as Read, etag: o.read.etag, draft: o.draftOf(o.read) };
    setBase(fresh);
    setDraft(fresh.draft);
    setTheirs([]);
  }, [o.opened]);
  const [saving, setSaving] = useState(false);
  const [saved, forget] = useSavedElsewhere(o.told?.[0] ?? '', o.told?.[1] ?? '', o.opened && o.told !== undefined);
  const changes = changed(base.draft, draft);
  const say = (field: string, value: unknown, read: Read) => o.say?.(field as keyof Draft & string, value, read) ?? String(value ?? '');

  /** Takes a newer version over beneath what was typed, and says what is other in it. */
  const takeOver = (fresh: Tagged<Read>) => {
    const next = o.draftOf(fresh);
    setTheirs(
      Object.keys(changed(base.draft, next)).map((field) => ({
        field,
        was: say(field, base.draft[field as keyof Draft], base.read),
        is: say(field, next[field as keyof Draft], fresh),
        typed: field in changes,
      })),
    );
    setBase({ read: fresh, etag: fresh.etag, draft: next });
    setDraft({ ...next, ...changes });
    forget();
  };

  /** Writes what was changed. A newer version is taken over beneath what was typed, and the refusal says so. */
  const save = async (write: (changes: Partial<Draft>, tag: { 'If-Match'?: string }) => Promise<unknown>) => {
    setSaving(true);
    try {
      await write(changes, { 'If-Match': base.etag });
    } catch (thrown) {
      if (problemOf(thrown).status !== 412) throw thrown;
      setTheirs([]);
      takeOver(await o.reload()); // where somebody has deleted it, that is thrown
      throw new Problem({ status: 412, code: 'changed_meanwhile', detail: text.refused }, thrown);
    } finally {
      setSaving(false);
    }
  };
  return {
    draft,
    change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })),
    changes,
    dirty: Object.keys(changes).length > 0,
    theirs,
    save,
    /** Somebody else has saved it, and nobody has looked at that yet. */
    saved: saved && !saving,
    load: () => void o.reload().then(takeOver, failed),
    keep: forget,
  };
}

/** Says above the fields that others have saved meanwhile, and what they have changed. */
export function Meanwhile({ draft: d, labels }: { draft: Telling; labels: Record<string, string> }) {
  return (
    <>
      <Changed shown={d.saved && d.theirs.length === 0} onLoad={d.load} onKeep={d.keep} safe />
      <TheirChanges theirs={d.theirs} labels={labels} />
    </>
  );
}

interface Telling {
  theirs: TheirChange[];
  saved: boolean;
  load: () => void;
  keep: () => void;
}

/** What others have changed meanwhile, above the fields. */
function TheirChanges({ theirs, labels }: { theirs: TheirChange[]; labels: Record<string, string> }) {
  if (theirs.length === 0) return null;
  return (
    <Alert variant="default" icon={<IconAlertTriangle size={18} />} title={text.title} role="status">
      <ul style={{ margin: 0, paddingInlineStart: '1.125rem', overflowWrap: 'anywhere' }}>
        {theirs.map((t) => (
          <li key={t.field}>
            {text.change(labels[t.field] ?? t.field, t.was || words.state.none, t.is || words.state.none)}
            {t.typed && (
              <Text size="xs" span display="block">
                {text.typed}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
