import { Alert, Anchor, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, body } from '@/api/client';
import { CopyButton } from '@/patterns/CopyButton';
import { Facts } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { count, number, words } from '@/words';

const text = words.audit;

/** The accent's own light text is too dark on its dark ground. */
const readable = { title: { color: 'var(--mantine-color-text)' }, icon: { color: 'var(--mantine-color-text)' } };

/** Checks the chain of hashes from its first entry, each time it is opened, and says what was found. */
export function CheckChain({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const check = useQuery({
    queryKey: ['audit-verification'],
    queryFn: ({ signal }) => body(api.GET('/audit/verification', { signal })),
    enabled: opened,
    gcTime: 0,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  const found = check.isFetching ? undefined : check.data;

  return (
    <Modal opened={opened} onClose={onClose} title={text.check} size="lg" closeButtonProps={{ 'aria-label': words.do.close }}>
      {check.isFetching && (
        <Group gap="sm" role="status" wrap="nowrap">
          <Loader size="sm" />
          <Text size="sm">{text.checking}</Text>
        </Group>
      )}
      {check.isError && !check.isFetching && <ErrorState error={check.error} retry={() => void check.refetch()} />}
      {found && (
        <Stack gap="md">
          {found.ok ? (
            <Alert variant="light" icon={<IconShieldCheck size={18} />} title={text.intact} role="status" styles={readable}>
              {text.intactHelp(count(found.entries, text.one, text.many))}
            </Alert>
          ) : (
            <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={text.broken} role="alert">
              {text.brokenHelp(number(found.first_bad ?? 0))}
            </Alert>
          )}
          <Facts
            facts={[
              [text.checkedEntries, number(found.entries)],
              [text.checkedErased, number(found.erased)],
              ...(found.ok
                ? []
                : ([
                    [
                      text.firstBad,
                      found.first_bad && (
                        <Anchor size="sm" renderRoot={(props) => <Link to={`/admin/audit-log/${found.first_bad}`} {...props} />}>
                          {text.entry(number(found.first_bad))}
                        </Anchor>
                      ),
                    ],
                    [text.problem, found.problem],
                  ] as [string, React.ReactNode][])),
              [
                text.head,
                <Group key="head" gap={4} wrap="nowrap">
                  <span className="mono">{found.head}</span>
                  <CopyButton value={found.head} label={text.head} />
                </Group>,
              ],
            ]}
          />
          <Text size="sm" c="dimmed">
            {text.headHelp}
          </Text>
        </Stack>
      )}
    </Modal>
  );
}
