import { Checkbox, Select, Text, Textarea, TextInput } from '@mantine/core';
import { number, words } from '@/words';
import { type Definition, type Field, isLong, keyOf, statusIn, type Values } from './definition';
import { LinkControl, PickControl } from './LinkControl';
import { MoneyControl } from './MoneyControl';
import { toLocal, toUTC, zone } from './moment';

const text = words.record.panel;

/** What every control of a field is given. */
export interface ControlProps {
  def: Definition;
  field: Field;
  label: string;
  /** The record as it would be saved now. */
  values: Values;
  error?: string;
  change: (part: Values) => void;
  focus?: boolean;
}

const asText = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** The control for a field of whatever type. */
export function Control(props: ControlProps) {
  const { field, label, values, error, change, def } = props;
  const key = keyOf(field);
  const value = asText(values[key]);
  const common = { label, error, 'data-autofocus': props.focus || undefined };
  const set = (next: unknown) => change({ [key]: next });
  switch (isLong(def, field) || field.type !== 'longtext' ? field.type : 'text') {
    case 'boolean':
      return (
        <Checkbox
          label={label}
          error={error}
          checked={values[key] === true || value === 'true'}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      );
    case 'datetime':
      return (
        <TextInput
          {...common}
          type="datetime-local"
          description={text.zone(zone())}
          value={toLocal(value)}
          onChange={(event) => set(toUTC(event.currentTarget.value))}
        />
      );
    case 'number':
    case 'decimal':
      return (
        <TextInput
          {...common}
          inputMode={field.type === 'number' ? 'numeric' : 'decimal'}
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
          autoComplete="off"
        />
      );
    case 'money':
      return <MoneyControl {...props} />;
    case 'link':
      return <LinkControl {...props} />;
    case 'picklist':
      return field.options ? <OptionControl {...props} /> : <PickControl {...props} />;
    case 'longtext':
      return (
        <Textarea
          {...common}
          autosize
          minRows={3}
          maxRows={16}
          dir="auto"
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          dir="auto"
          autoComplete="off"
          value={value}
          description={field.max && value.length > field.max * 0.9 ? text.chars(number(field.max)) : undefined}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}

/** A pick list that is known whole. The value of the record stays one of them, also where it is in the list no more. */
function OptionControl({ def, field, label, values, error, change, focus }: ControlProps) {
  const value = asText(values[field.name]);
  const options = field.options ?? [];
  const known = options.some((o) => o.value === value);
  const status = def.status?.field === field.name;
  const next = status ? def.status?.flow[statusIn(def, values)] : undefined;
  return (
    <div>
      <Select
        label={label}
        error={error}
        data={known || !value ? options : [{ value, label: value }, ...options]}
        value={value || null}
        onChange={(chosen) => change({ [field.name]: chosen })}
        searchable
        openOnFocus={false}
        clearable
        clearButtonProps={{ 'aria-label': `${words.do.clear}: ${label}` }}
        nothingFoundMessage={text.nobody}
        maxDropdownHeight={260}
        data-autofocus={focus || undefined}
      />
      {next && next.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {text.flow(value, next.join(', '))}
        </Text>
      )}
    </div>
  );
}
