import { Text } from '@mantine/core';
import { problemOf } from '@/api/problem';
import { words } from '@/words';

/** What a refusal says, with the request's id, where there is one. */
export function ProblemText({ error }: { error: unknown }) {
  if (error === undefined || error === null) return null;
  const problem = problemOf(error);
  return (
    <Text c="var(--mantine-color-error)" size="sm" role="alert">
      <bdi>{problem.message}</bdi>
      {problem.requestId && ` ${words.state.requestId}: ${problem.requestId}`}
    </Text>
  );
}
