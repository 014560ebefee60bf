import { expect, it } from 'vitest';
import { byLabel } from './useSettings';

it('calls a refused setting what the page calls it', () => {
  expect(byLabel('The setting session.admin_idle_minutes cannot be "61"')).toBe('“Administrators: minutes without use” cannot be "61"');
  expect(byLabel('The setting trust.key_only_types names types of app registrations, and there is no type "x"; there are a, b.')).toBe(
    '“Types with public keys alone” names types of app registrations, and there is no type "x"; there are a, b.',
  );
  expect(byLabel('The setting odata.nothing cannot be "appearance.title"')).toBe('The setting odata.nothing cannot be "appearance.title"');
});
