import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { filterOf, filtersOf } from './filters';
import type { Field } from './queries';

const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  name,
  type,
  label: name,
  required: false,
  required_on_create: false,
  read_only: false,
  system: false,
  custom: false,
  searchable: false,
  filterable: true,
  sortable: true,
  indexed: false,
  ...more,
});

const fields = [
  field('Subject', 'text'),
  field('Status', 'picklist', { options: [{ value: 'Active', label: 'Active' }] }),
  field('Due', 'datetime'),
  field('Hours', 'decimal'),
  field('IsVIP', 'boolean'),
  field('Customer', 'link', { targets: [{ object: 'Employee', set: 'employees' }] }),
  field('Secret', 'text', { filterable: false }),
];

test('what stands in the address is a condition that nothing breaks out of', () => {
  expect(filterOf(fields, {})).toBeUndefined();
  expect(filterOf(fields, { 'Subject.contains': "O'Neill" })).toBe("contains(Subject,'O''Neill')");
  expect(filterOf(fields, { 'Status.is': "x' or 1 eq 1", 'IsVIP.is': 'true' })).toBe("(Status eq 'x'' or 1 eq 1') and (IsVIP eq true)");
  expect(filterOf(fields, { 'Subject.empty': '1' })).toBe('Subject eq null');
  expect(filterOf(fields, { 'Hours.least': '1,5' })).toBe('Hours ge 1.5');
  expect(filterOf(fields, { 'Due.before': '2026-03-01' })).toMatch(/^Due lt 2026-0[23]-\d\dT\d\d:00:00Z$/);
  expect(filterOf(fields, { 'Unknown.is': '1', 'Subject.nonsense': '1', 'Subject.from': '1' })).toBeUndefined();
  for (const [condition, nonsense] of [
    ['Hours.is', '1 or 1 eq 1'],
    ['Due.from', 'x'],
    ['IsVIP.is', 'perhaps'],
    ['Customer.is', "' or 1 eq 1"],
  ] as const)
    expect(filterOf(fields, { [condition]: nonsense })).toMatch(/ eq '0{32}'$/);
});

test('each field offers the conditions of its type', () => {
  const offered = filtersOf(fields, new QueryClient());
  expect(offered.filter((f) => f.field === 'Status').map((f) => f.id)).toEqual([
    'Status.is',
    'Status.not',
    'Status.empty',
    'Status.filled',
  ]);
  expect(offered.find((f) => f.id === 'Customer.is')?.kind).toBe('found');
  expect(offered.some((f) => f.field === 'Secret')).toBe(false);
});
