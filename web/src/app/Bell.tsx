import { FocusTrap, Popover, Text, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { fetchJSON } from '@/api/client';
import { EmptyState, ErrorState, RowsSkeleton } from '@/patterns/States';
import { Time } from '@/patterns/Time';
import { number, words } from '@/words';
import classes from './live.module.css';

/** One thing that waits for the person: an item of GET /api/me/notifications. */
export interface Notice {
  id: string;
  kind: string;
  title: string;
  detail: string;
  to?: string;
  at: string;
  ends_at?: string;
  unread: boolean;
}

export const noticesQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => fetchJSON<{ items: Notice[]; unread: number }>('/api/me/notifications'),
  staleTime: 60_000,
});

/** What waits for the person, and how much of it they have not seen. */
export function Bell() {
  const [opened, { toggle, close }] = useDisclosure();
  const query = useQuery(noticesQuery);
  const client = useQueryClient();
  const heading = useId();
  const unread = query.data?.unread ?? 0;
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set()); // which ones were new when it was opened: they stay so while it is open

  const press = () => {
    toggle();
    setFresh(new Set(query.data?.items.filter((one) => one.unread).map((one) => one.id)));
    const newest = query.data?.items[0];
    if (opened || !newest || unread === 0) return;
    fetchJSON('/api/me/notifications/seen', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ until: newest.at }),
    }).then(
      () => client.setQueryData(noticesQuery.queryKey, (now) => now && { ...now, unread: 0 }),
      () => {}, // they stay unread
    );
  };

  return (
    <Popover opened={opened} onChange={(open) => !open && close()} position="bottom-end" width={340} returnFocus shadow="md">
      <Popover.Target>
        <UnstyledButton
          className={classes.bell}
          onClick={press}
          aria-label={unread > 0 ? words.bell.unread(number(unread)) : words.bell.open}
          aria-haspopup="dialog"
        >
          <IconBell size={20} stroke={1.6} aria-hidden />
          {unread > 0 && (
            <span className={classes.count} aria-hidden>
              {unread > 9 ? '9+' : unread}
            </span>
          )}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="xs" bg="var(--raised)" aria-labelledby={heading}>
        <FocusTrap active={opened}>
          <div>
            <Title order={2} size="h5" px={12} pt={4} pb={8} id={heading} tabIndex={-1} data-autofocus className={classes.heading}>
              {words.bell.title}
            </Title>
            {query.isPending && <RowsSkeleton rows={3} />}
            {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
            {query.data && query.data.items.length === 0 && <EmptyState title={words.bell.empty}>{words.bell.emptyHelp}</EmptyState>}
            {query.data && query.data.items.length > 0 && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by the keyboard
              <ul className={classes.notices} tabIndex={0} aria-labelledby={heading}>
                {query.data.items.map((one) => (
                  <li key={one.id}>
                    <Entry notice={one} fresh={one.unread || fresh.has(one.id)} leave={close} />
                  </li>
                ))}
              </ul>
            )}
          </div>
        </FocusTrap>
      </Popover.Dropdown>
    </Popover>
  );
}

function Entry({ notice, fresh, leave }: { notice: Notice; fresh: boolean; leave: () => void }) {
  const kind = words.bell.kinds[notice.kind] ?? notice.kind;
  const title = notice.title || (notice.kind === 'api_key' ? notice.detail || words.bell.unnamed : '');
  const detail = notice.kind === 'mail_failed' ? words.bell.failed(notice.detail) : notice.detail || words.bell.help[notice.kind];
  const shown = (
    <>
      <span className={classes.head}>
        <span>{kind}</span>
        {fresh && <span className={classes.fresh}>{words.bell.fresh}</span>}
        <Text span inherit ml="auto">
          <Time at={notice.at} />
        </Text>
      </span>
      {title && (
        <span className={classes.name}>
          <bdi>{title}</bdi>
        </span>
      )}
      {(detail || notice.ends_at) && (
        <span className={classes.detail}>
          {detail !== title && <bdi>{detail}</bdi>}
          {notice.ends_at && (
            <>
              {detail && detail !== title ? ' · ' : ''}
              {words.bell.ends} <Time at={notice.ends_at} />
            </>
          )}
        </span>
      )}
    </>
  );
  if (!notice.to) return <div className={classes.notice}>{shown}</div>;
  return (
    <Link to={notice.to} className={classes.notice} onClick={leave}>
      {shown}
    </Link>
  );
}
