import { Button, Code, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { type Icon, IconCloudOff, IconError404, IconInbox, IconLock, IconRefresh, IconZoomExclamation } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { problemOf } from '@/api/problem';
import { words } from '@/words';
import { CopyButton } from './CopyButton';

interface StateProps {
  icon: Icon;
  title: string;
  children?: ReactNode;
  act?: ReactNode;
  role?: 'alert' | 'status';
  /** It is all there is on the page. */
  whole?: boolean;
}

function State({ icon: Shown, title, children, act, role, whole }: StateProps) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center" role={role}>
      <Shown size={36} stroke={1.3} aria-hidden color="var(--quiet)" />
      <Title order={whole ? 1 : 2} fz="h2">
        {title}
      </Title>
      <Text c="dimmed" size="sm" maw={440} component="div">
        {children}
      </Text>
      {act && <Group mt="xs">{act}</Group>}
    </Stack>
  );
}

/** What a page shows that has nothing yet: what it is for, and the first act. */
export function EmptyState({
  icon = IconInbox,
  title,
  children,
  act,
}: {
  icon?: Icon;
  title: string;
  children?: ReactNode;
  act?: ReactNode;
}) {
  return (
    <State icon={icon} title={title} act={act} role="status">
      {children}
    </State>
  );
}

/** What a list shows when nothing matches. */
export function NoMatchState({ clear }: { clear: () => void }) {
  return (
    <State
      icon={IconZoomExclamation}
      title={words.list.noMatch}
      role="status"
      act={
        <Button variant="default" onClick={clear}>
          {words.list.clearFilters}
        </Button>
      }
    >
      {words.list.noMatchHelp}
    </State>
  );
}

/** What happened, what to do, the request's id, and another try. Knows refusals and what is gone. */
export function ErrorState({ error, retry, whole = false }: { error: unknown; retry?: () => void; whole?: boolean }) {
  const problem = problemOf(error);
  if (problem.status === 403) return <NoPermission detail={problem.message} whole={whole} />;
  if (problem.status === 404) return <NotFound whole={whole} />;
  const unreachable = problem.code === 'unreachable';
  const failed = problem.code === 'app_failed';
  return (
    <State
      icon={IconCloudOff}
      title={unreachable ? words.state.unreachable : failed ? words.state.appFailed : words.state.failed}
      role="alert"
      whole={whole}
      act={
        retry && (
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={failed ? () => location.reload() : retry}>
            {failed ? words.do.reload : words.do.retry}
          </Button>
        )
      }
    >
      {unreachable ? words.state.unreachableHelp : failed ? words.state.appFailedHelp : problem.message}
      {problem.requestId && (
        <Group gap={4} justify="center" mt="xs">
          <span>{words.state.requestId}:</span>
          <Code>{problem.requestId}</Code>
          <CopyButton value={problem.requestId} label={words.state.requestId} />
        </Group>
      )}
    </State>
  );
}

/** Says whom to ask. */
export function NoPermission({ detail, whole = true }: { detail?: string; whole?: boolean }) {
  return (
    <State icon={IconLock} title={words.state.refused} act={<ToHome />} whole={whole}>
      {words.state.refusedHelp}
      {detail && (
        <Text size="xs" mt="xs">
          {detail}
        </Text>
      )}
    </State>
  );
}

/** Nothing at this address. */
export function NotFound({ whole = true }: { whole?: boolean }) {
  return (
    <State icon={IconError404} title={words.state.gone} act={<ToHome />} whole={whole}>
      {words.state.goneHelp}
    </State>
  );
}

const ToHome = () => (
  <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
    {words.state.toHome}
  </Button>
);

/** The shape of a page while it loads. */
export function PageSkeleton() {
  return (
    <Stack p="md" gap="md">
      <VisuallyHidden role="status">{words.state.loading}</VisuallyHidden>
      <Skeleton height={28} width={220} />
      <Skeleton height={36} maw={480} />
      <RowsSkeleton />
    </Stack>
  );
}

/** The shape of rows while they load. */
export function RowsSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <Stack gap={14} py="sm" aria-hidden>
      {Array.from({ length: rows }, (_, i) => `row-${i}`).map((key) => (
        <Skeleton key={key} height={20} />
      ))}
    </Stack>
  );
}
