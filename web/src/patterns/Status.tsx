import { Badge } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconCircleX, IconClock } from '@tabler/icons-react';

const looks: Record<Tone, { icon: Icon; color: string }> = {
  good: { icon: IconCircleCheck, color: 'accent' },
  off: { icon: IconCircleMinus, color: 'gray' },
  wait: { icon: IconClock, color: 'gray' },
  attention: { icon: IconAlertTriangle, color: 'yellow' },
  harm: { icon: IconCircleX, color: 'red' },
};

/** What a status means: never by colour alone, so each has an icon and its word. */
export type Tone = 'good' | 'off' | 'wait' | 'attention' | 'harm';

/** In characters: shorter ones have room everywhere. */
const oneLine = 24;

/** A status in words. It is never cut: a short one keeps its line where columns are narrow, a longer one goes on in the next. */
export function Status({ tone, children }: { tone: Tone; children: string }) {
  const { icon: Shown, color } = looks[tone];
  return (
    <Badge
      variant="outline"
      color={color}
      leftSection={<Shown size={13} aria-hidden />}
      tt="none"
      fw={500}
      c="var(--mantine-color-text)"
      h="auto"
      styles={{ label: { overflow: 'visible', whiteSpace: children.length > oneLine ? 'normal' : 'nowrap' } }}
    >
      {children}
    </Badge>
  );
}
