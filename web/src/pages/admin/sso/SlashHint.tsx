import { Text } from '@mantine/core';
import { sso } from '@/words/sso';

/** Stands below the identifier of Microsoft Entra ID while it lacks the slash at its end, without which no message of theirs matches. */
export function SlashHint({ preset, identifier }: { preset: string; identifier: string }) {
  const typed = identifier.trim();
  const lacks = preset === 'entra' && typed !== '' && !typed.endsWith('/');
  return (
    <Text component="div" size="xs" role="status" mt={lacks ? 6 : 0} style={{ overflowWrap: 'anywhere' }}>
      {lacks && sso.field.entraSlash}
    </Text>
  );
}
