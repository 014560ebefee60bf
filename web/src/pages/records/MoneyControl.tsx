import { Fieldset, TextInput } from '@mantine/core';
import { words } from '@/words';
import type { ControlProps } from './Control';
import { currencyOf } from './definition';
import classes from './record.module.css';

const text = words.record.panel;

/** An amount and its currency. */
export function MoneyControl({ field, label, values, error, change }: ControlProps) {
  const currency = currencyOf(field);
  return (
    <Fieldset variant="unstyled" legend={label} classNames={{ root: classes.amount, legend: classes.legend }}>
      <TextInput
        aria-label={text.amount(label)}
        inputMode="decimal"
        autoComplete="off"
        value={String(values[field.name] ?? '')}
        error={error}
        onChange={(event) => change({ [field.name]: event.currentTarget.value })}
      />
      <TextInput
        aria-label={text.currency(label)}
        autoComplete="off"
        spellCheck={false}
        placeholder="EUR"
        value={String(values[currency] ?? '')}
        onChange={(event) => change({ [currency]: event.currentTarget.value.toUpperCase() })}
      />
    </Fieldset>
  );
}
