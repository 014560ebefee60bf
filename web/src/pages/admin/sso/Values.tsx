import { Button, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { CopyButton } from '@/patterns/CopyButton';
import { Facts } from '@/patterns/Record';
import { sso } from '@/words/sso';
import type { Ours } from './queries';

const text = sso.ours;

/** Values that are pasted elsewhere, each with a button that copies it. */
export function Values({ values }: { values: [label: string, value: string][] }) {
  return (
    <Facts
      facts={values.map(([label, value]) => [
        label,
        <Group key={label} gap={4} wrap="nowrap" align="flex-start">
          <span className="mono" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
            {value}
          </span>
          <CopyButton value={value} label={label} />
        </Group>,
      ])}
    />
  );
}

/** What a SAML provider has to know of us, in the order of Microsoft's page. */
export const samlValues = (ours: Ours): [string, string][] => [
  [text.identifier, ours.identifier],
  [text.reply, ours.reply_url],
  [text.signOn, ours.sign_on_url],
  [text.logout, ours.logout_url],
];

/** Downloads our metadata, whose address can be copied as well. */
export function OurMetadata({ url }: { url: string }) {
  return (
    <Group gap="xs">
      <Button component="a" href={new URL(url).pathname} download variant="default" size="xs" leftSection={<IconDownload size={14} />}>
        {text.download}
      </Button>
      <CopyButton value={url} label={text.metadata} />
    </Group>
  );
}

/** Why the Sign-on URL decides who begins. */
export const TileNote = () => (
  <Text size="sm" c="dimmed">
    {text.tile}
  </Text>
);
