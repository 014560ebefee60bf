import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconHistory } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createRecord, patchRecord, readRecord, type TaggedRecord } from '@/api/odata';
import { Problem, problemOf } from '@/api/problem';
import { useSavedElsewhere } from '@/app/live';
import { useMe } from '@/app/session';
import { Changed } from '@/patterns/Changed';
import { isGone } from '@/patterns/gone';
import { done, failed } from '@/patterns/notice';
import { Panel } from '@/patterns/Panel';
import { number, words } from '@/words';
import { Conflict } from './Conflict';
import { Control } from './Control';
import { changesOf, type Difference, differences, merge } from './change';
import {
  type Complaint,
  complaintsOf,
  defaultsOf,
  type Field,
  fieldOf,
  fieldsToFill,
  partsOf,
  requiredIn,
  statusIn,
  type Values,
} from './definition';
import { clearDraft, keepDraft, keptDraft } from './drafts';
import { nameOf } from './names';
import { type ObjectDetail, recordKey } from './queries';
import { refusalOf } from './refusal';

const text = words.record.panel;

interface Props {
  set: string;
  id?: string;
  def: ObjectDetail;
  /** The record as it was read; undefined for a new one. */
  found?: TaggedRecord;
  initial?: Values;
  opened: boolean;
  onClose: () => void;
  onSaved?: (record: Values) => void;
}

/** The record as it was when somebody began to type. */
interface Base {
  record: Values;
  etag?: string;
}

/** What others did meanwhile, and for which fields theirs is to count. */
interface Meanwhile {
  by: string;
  all: Difference[];
  theirs: string[];
}

/** What is typed into one record, until it is saved. */
export function RecordForm({ set, id, def, found, initial, opened, onClose, onSaved }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const person = useMe().person.id;
  const isNew = id === undefined;
  const [base, setBase] = useState<Base>({ record: {} });
  const [draft, setDraft] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [meanwhile, setMeanwhile] = useState<Meanwhile>();
  const [restored, setRestored] = useState(false);
  const [began, setBegan] = useState<string[]>([]);
  const [ready, setReady] = useState(false);
  const [saving, setSaving] = useState(false);
  const [savedElsewhere, forget] = useSavedElsewhere(def.object, id ?? '', opened && !isNew);

  const begin = (kept: ReturnType<typeof keptDraft>) => {
    const record = isNew ? { ...defaultsOf(def), ...initial } : (found?.record ?? {});
    const stale = kept?.etag !== undefined && kept.etag !== found?.etag;
    setBase(stale ? { record: { ...record, ...kept.before }, etag: kept.etag } : { record, etag: found?.etag });
    setDraft(kept?.draft ?? {});
    setBegan(Object.keys({ ...initial, ...kept?.draft }));
    setRestored(kept !== undefined);
    setErrors({});
    setMeanwhile(undefined);
    setReady(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed stays when the record is read again
  useEffect(() => {
    if (opened) begin(keptDraft(person, set, id));
    else setReady(false);
  }, [opened]);

  const effective = meanwhile ? merge(def, draft, meanwhile.theirs) : draft;
  const values = { ...base.record, ...effective };
  const changes = changesOf(def, base.record, effective);
  const typed = changesOf(def, base.record, draft);
  const dirty = Object.keys(typed).length > 0;
  const kept = useRef('');
  useEffect(() => {
    const now = JSON.stringify([opened, typed]);
    if (!opened || !ready || now === kept.current) return;
    kept.current = now;
    keepDraft(def, person, set, id, { draft: typed, etag: base.etag, before: base.record });
  });

  const change = (part: Values) => {
    setDraft((before) => ({ ...before, ...part }));
    const names = Object.keys(part).map((property) => fieldOf(def, property)?.name ?? property);
    setMeanwhile((before) => before && { ...before, theirs: before.theirs.filter((name) => !names.includes(name)) });
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !names.includes(name))));
  };
  const leave = () => {
    clearDraft(person, set, id);
    onClose();
  };

  const saved = (record: Values, message: string) => {
    clearDraft(person, set, id);
    void client.invalidateQueries({ queryKey: ['records'] }); // nobody waits for lists behind the panel
    done(message);
    onSaved?.(record);
    onClose();
  };
  const submit = async () => {
    const wrong = complaintsOf(def, values, changes, isNew);
    if (wrong.length > 0)
      throw new Problem({
        status: 400,
        code: 'fields_invalid',
        errors: wrong.map((c) => ({ field: c.field.name, message: complaint(c, values) })),
      });
    setSaving(true);
    try {
      if (isNew) {
        const { record } = await createRecord(set, { ...initial, ...changes });
        return saved(record, text.created(nameOf(def, record)));
      }
      if (Object.keys(changes).length === 0) return saved(base.record, text.unchanged);
      const after = await patchRecord(set, id, changes, base.etag);
      client.setQueryData(recordKey(set, id), after);
      return saved(after.record, text.saved(nameOf(def, after.record)));
    } catch (thrown) {
      const { status } = problemOf(thrown);
      if (isNew || (status !== 412 && status !== 404)) throw refusalOf(thrown, def);
      await meet(id, thrown);
    } finally {
      setSaving(false);
    }
  };
  /** Makes the record again that somebody has deleted, of what it was and of what was typed. */
  const anew = async () => {
    const { record } = await createRecord(set, { ...givenAnew(def, base.record), ...changes }).catch((thrown: unknown) => {
      throw refusalOf(thrown, def);
    });
    saved(record, text.created(nameOf(def, record)));
    await navigate({ to: `/desk/${set}/${record.RecId}` });
  };
  /** Somebody else was faster: reads what they saved, and has the person choose. Where the record is gone, that is thrown. */
  const meet = async (record: string, refused?: unknown) => {
    const now = await readRecord(set, record);
    if (refused !== undefined && isGone(refused))
      throw refusalOf(new Problem({ status: 400, code: 'refused', detail: problemOf(refused).message }, refused), def);
    client.setQueryData(recordKey(set, record), now);
    const all = differences(def, base.record, now.record, changes);
    setMeanwhile({ by: String(now.record.LastModBy ?? ''), all, theirs: [] });
    setDraft(effective);
    setBase({ record: now.record, etag: now.etag });
    setErrors({});
    forget();
  };

  const required = requiredIn(def, values, isNew);
  const { main, more } = fieldsToFill(def, values, { isNew, changed: began });
  const labels = useMemo(() => labelsOf(def), [def]);
  const control = (field: Field, first: boolean) => (
    <Control
      key={field.name}
      def={def}
      field={field}
      label={labelOf(def, field, values, required)}
      values={values}
      error={errors[field.name]}
      change={change}
      focus={first}
    />
  );

  return (
    <Panel
      kept
      opened={opened}
      title={isNew ? text.new(def.label.toLowerCase()) : text.edit(nameOf(def, base.record))}
      submit={isNew ? text.create : words.do.save}
      dirty={dirty}
      onSubmit={submit}
      onAnew={isNew ? undefined : anew}
      onClose={leave}
      labels={labels}
      onFieldErrors={(fields) => setErrors(byField(def, fields))}
    >
      <Changed shown={savedElsewhere && !saving && !meanwhile} onLoad={() => id && void meet(id).catch(failed)} onKeep={forget} safe />
      {meanwhile && (
        <Conflict
          {...meanwhile}
          choose={(field, theirs) =>
            setMeanwhile({
              ...meanwhile,
              theirs: theirs ? [...meanwhile.theirs, field] : meanwhile.theirs.filter((name) => name !== field),
            })
          }
        />
      )}
      {restored && (
        <Alert color="gray" icon={<IconHistory size={18} />} title={text.restored} role="status">
          <Group justify="space-between">
            {text.restoredHelp}
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                clearDraft(person, set, id);
                begin(undefined);
              }}
            >
              {text.startOver}
            </Button>
          </Group>
        </Alert>
      )}
      {main.map((field, at) => control(field, at === 0))}
      {more.length > 0 && <More fields={more} failed={more.some((f) => errors[f.name])} control={(field) => control(field, false)} />}
    </Panel>
  );
}

/** The fields that few need, folded, with a box to find one. */
function More({ fields, failed, control }: { fields: Field[]; failed: boolean; control: (field: Field) => React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  useEffect(() => {
    if (!failed) return;
    setOpen(true);
    setSearch('');
  }, [failed]);
  const wanted = search.trim().toLowerCase();
  const shown = fields.filter((f) => `${f.label} ${f.name}`.toLowerCase().includes(wanted));
  return (
    <Stack gap="md">
      <Button
        variant="subtle"
        color="gray"
        justify="space-between"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        rightSection={open ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
      >
        {text.moreFields(number(fields.length))}
      </Button>
      {open && (
        <>
          <TextInput
            type="search"
            aria-label={text.find}
            placeholder={text.find}
            value={search}
            onChange={(e) => setSearch(e.currentTarget.value)}
          />
          {shown.map(control)}
          {shown.length === 0 && <div role="status">{text.noField}</div>}
        </>
      )}
    </Stack>
  );
}

/** The label of a field, with required in words, and for what. */
function labelOf(def: ObjectDetail, field: Field, values: Values, required: Set<string>): string {
  if (!required.has(field.name)) return field.label;
  const always = field.required || def.status?.required['*']?.includes(field.name) || field.required_on_create;
  return always ? text.required(field.label) : text.requiredFor(field.label, statusIn(def, values));
}

/** What each field is called, by every name that a refusal may give it. */
const labelsOf = (def: ObjectDetail): Record<string, string> =>
  Object.fromEntries(def.fields.flatMap((field) => [...partsOf(field), field.name].map((part) => [part, field.label])));

/** What a record was, as far as a new one can be given it; it gets a number of its own. */
function givenAnew(def: ObjectDetail, record: Values): Values {
  const fields = def.fields.filter((f) => !f.read_only && !f.system && !f.mirror && !f.write_only && f.name !== def.number);
  const values = fields.flatMap(partsOf).map((part) => [part, record[part]]);
  return Object.fromEntries(values.filter(([, value]) => value !== null && value !== undefined && value !== ''));
}

/** Refusals by the names of their fields. */
const byField = (def: ObjectDetail, said: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(said).map(([property, message]) => [fieldOf(def, property)?.name ?? property, message]));

function complaint({ field, kind }: Complaint, values: Values): string {
  if (kind === 'missing') return text.isMissing;
  if (kind === 'whole') return text.notNumber;
  if (kind === 'decimal') return text.notDecimal;
  return text.tooLong(number(field.max ?? 0), number([...String(values[field.name] ?? '')].length));
}
