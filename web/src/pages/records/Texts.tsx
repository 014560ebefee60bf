import { Stack, Text } from '@mantine/core';
import { Card } from '@/patterns/Record';
import { words } from '@/words';
import { groupsOf, keyOf, type Values } from './definition';
import type { ObjectDetail } from './queries';
import { LongText } from './Value';

/** The long texts of a record that say something, in the order of its object. A text made of other fields says nothing new. */
export function Texts({ def, record }: { def: ObjectDetail; record: Values }) {
  const texts = groupsOf(def).texts.filter((f) => record[keyOf(f)] && !f.read_only);
  const only = texts.length === 1 ? texts[0] : undefined;
  if (texts.length === 0) return null;
  if (only) {
    return (
      <Card title={only.label}>
        <LongText>{String(record[only.name])}</LongText>
      </Card>
    );
  }
  return (
    <Card title={words.record.texts}>
      <Stack gap="md">
        {texts.map((field) => (
          <div key={field.name}>
            <Text size="sm" c="dimmed" mb={2}>
              {field.label}
            </Text>
            <LongText>{String(record[field.name])}</LongText>
          </div>
        ))}
      </Stack>
    </Card>
  );
}
