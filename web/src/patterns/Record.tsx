import { Anchor, Breadcrumbs, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTitle } from '@/app/title';
import { isolate } from '@/words/isolate';
import classes from './record.module.css';

interface RecordProps {
  /** The list it belongs to. */
  within: { label: string; to: string };
  title: string;
  subtitle?: ReactNode;
  status?: ReactNode;
  /** The two or three acts people do most, and a menu. */
  acts?: ReactNode;
  /** What happened. */
  children: ReactNode;
  /** Facts in cards. */
  aside?: ReactNode;
}

/** The page of one thing: header with status and acts, what happened on the left, facts on the right. */
export function RecordPage({ within, title, subtitle, status, acts, children, aside }: RecordProps) {
  useTitle(`${isolate(title)} · ${isolate(within.label)}`);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Breadcrumbs>
          <Anchor size="sm" renderRoot={(props) => <Link to={within.to} {...props} />}>
            {within.label}
          </Anchor>
          <Text size="sm" c="dimmed" span lineClamp={1} className={classes.crumb}>
            <bdi>{title}</bdi>
          </Text>
        </Breadcrumbs>
        <Group justify="space-between" align="flex-start">
          <div className={classes.name}>
            <Group gap="sm">
              <Title order={1} className={classes.title} lineClamp={5} title={title.length > 150 ? title : undefined}>
                <bdi>{title}</bdi>
              </Title>
              {status}
            </Group>
            {subtitle && (
              <Text c="dimmed" size="sm" component="div">
                {subtitle}
              </Text>
            )}
          </div>
          <Group gap="xs">{acts}</Group>
        </Group>
      </Stack>
      <div className={aside ? classes.columns : undefined}>
        <Stack gap="lg" className={classes.column}>
          {children}
        </Stack>
        {aside && (
          <Stack gap="lg" className={classes.column}>
            {aside}
          </Stack>
        )}
      </div>
    </Stack>
  );
}

/** A part of a record with a heading. */
export function Card({ title, act, children }: { title: string; act?: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md" className={classes.card} component="section" aria-label={title}>
      <Group justify="space-between" mb="sm" mih={30}>
        <Title order={2}>{title}</Title>
        {act}
      </Group>
      {children}
    </Paper>
  );
}

/** Facts: caption and value. */
export function Facts({ facts }: { facts: [caption: string, value: ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([caption, value]) => (
        <div key={caption}>
          <dt>{caption}</dt>
          <dd>{value || '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
