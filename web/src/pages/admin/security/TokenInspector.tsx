import { Button, Group, Stack, Table, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '@/api/client';
import { ProblemText } from '@/patterns/ProblemText';
import { Card } from '@/patterns/Record';
import { Status, type Tone } from '@/patterns/Status';
import { words } from '@/words';

const text = words.security.inspector;

/** How each result of a step is shown. */
const results: Record<string, { tone: Tone; word: string }> = {
  passed: { tone: 'good', word: text.passed },
  failed: { tone: 'harm', word: text.failed },
  skipped: { tone: 'wait', word: text.skipped },
};

/** Shows at which of the ten steps a token fails. */
export function TokenInspector() {
  const [token, setToken] = useState('');
  const inspection = useMutation({
    mutationFn: async () =>
      (await body(api.POST('/token-inspection', { body: { token: token.trim().replace(/^Bearer\s+/i, '') } }))).items ?? [],
  });
  return (
    <Card title={text.title}>
      <Text size="sm" c="dimmed" mb="md">
        {text.intro}
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim()) inspection.mutate();
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={text.token}
            description={text.tokenHelp}
            value={token}
            onChange={(e) => setToken(e.currentTarget.value)}
            autosize
            minRows={3}
            maxRows={8}
            classNames={{ input: 'mono' }}
            spellCheck={false}
            autoComplete="off"
          />
          <Group>
            <Button type="submit" variant="default" loading={inspection.isPending} disabled={!token.trim()}>
              {text.inspect}
            </Button>
          </Group>
          <ProblemText error={inspection.error} />
        </Stack>
      </form>
      {inspection.data && (
        <Table.ScrollContainer type="native" tabIndex={0} minWidth={520} mt="md">
          <Table aria-label={text.results} verticalSpacing="xs">
            <Table.Tbody>
              {inspection.data.map((step) => {
                const shown = results[step.result] ?? { tone: 'wait' as const, word: step.result };
                return (
                  <Table.Tr key={step.step}>
                    <Table.Td w={40} c="dimmed">
                      {step.step}
                    </Table.Td>
                    <Table.Td w={180}>{step.name}</Table.Td>
                    <Table.Td w={130}>
                      <Status tone={shown.tone}>{shown.word}</Status>
                    </Table.Td>
                    <Table.Td>{step.detail}</Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
