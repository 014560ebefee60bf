import { Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, body } from '@/api/client';
import { problemOf } from '@/api/problem';
import { RightsTable } from '@/pages/admin/people/RightsTable';
import { Card } from '@/patterns/Record';
import { ErrorState } from '@/patterns/States';
import { words } from '@/words';
import { definitionOf, type RoleDraft, validName } from './draft';
import { rolesKey } from './queries';

const text = words.roles.editor;

/** The name under which a role is looked at that has none yet. */
const unnamed = 'unnamed';

/** What a role would allow, with all it includes, if it were saved as it is typed. */
export function RolePreview({ draft }: { draft: RoleDraft }) {
  const [settled] = useDebouncedValue(draft, 500);
  const definition = definitionOf(settled);
  const name = validName(settled.name) ? settled.name : unnamed;
  const rights = useQuery({
    queryKey: [...rolesKey, 'preview', name, definition],
    queryFn: () =>
      body(
        api.POST('/roles/{name}/preview', {
          params: { path: { name } },
          body: { includes: definition.includes, rights: definition.rights, admin: definition.admin },
        }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const problem = rights.isError ? problemOf(rights.error) : undefined;
  const typed = problem && problem.status >= 400 && problem.status < 500 && problem.status !== 403; // what is typed makes no role yet
  return (
    <Card title={text.preview}>
      <Text size="sm" c="dimmed" mb="sm">
        {text.previewHelp}
      </Text>
      {rights.isPending && <Skeleton height={120} />}
      {problem && !typed && <ErrorState error={problem} retry={() => void rights.refetch()} />}
      {problem && typed && (
        <Text size="sm" role="status">
          {[problem.message, ...Object.values(problem.fields)].join(' ')}
        </Text>
      )}
      {rights.isSuccess && (
        <>
          {rights.data.admin && (
            <Text size="sm" mb="sm">
              {words.roles.adminHelp}
            </Text>
          )}
          <RightsTable objects={rights.data.objects} label={text.preview} />
        </>
      )}
    </Card>
  );
}
