import { Anchor, Breadcrumbs, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTitle } from '@/app/title';
import { Card, Facts } from '@/patterns/Record';
import { ErrorState, RowsSkeleton } from '@/patterns/States';
import { count, words } from '@/words';
import { scim } from '@/words/scim';
import { ProvisionedGroups } from './ProvisionedGroups';
import { ProvisioningPolicy } from './ProvisioningPolicy';
import { ScimTokens } from './ScimTokens';
import { entraURL, summaryQuery } from './scimQueries';
import { Values } from './Values';

const text = scim.hand;

/** Admin > Single sign-on > Provisioning (SCIM): what the identity provider needs, its tokens, and what its groups give. */
export default function Provisioning() {
  useTitle(words.pages.provisioning);
  return (
    <Stack gap="lg">
      <div>
        <Breadcrumbs>
          <Anchor size="sm" renderRoot={(props) => <Link to="/admin/single-sign-on" {...props} />}>
            {words.pages.singleSignOn}
          </Anchor>
          <Text size="sm" c="dimmed" span>
            {words.pages.provisioning}
          </Text>
        </Breadcrumbs>
        <Title order={1} mt={6}>
          {words.pages.provisioning}
        </Title>
        <Text c="dimmed" size="sm" maw={760}>
          {scim.intro}
        </Text>
      </div>
      <HandCard />
      <ScimTokens />
      <ProvisionedGroups />
      <ProvisioningPolicy />
    </Stack>
  );
}

/** What is pasted into the identity provider. */
function HandCard() {
  const { data, error, refetch } = useQuery(summaryQuery);
  return (
    <Card title={text.title}>
      {data ? (
        <Stack gap="sm">
          <Values
            values={[
              [text.entra, entraURL(data.tenant_url)],
              [text.other, data.tenant_url],
            ]}
          />
          <Text size="sm" c="dimmed">
            {text.entraHelp}
          </Text>
          <Facts
            facts={[
              [text.secret, text.secretHelp],
              [text.kept, `${count(data.people, text.people, text.peopleMany)}, ${count(data.groups, text.groups, text.groupsMany)}`],
            ]}
          />
          <Text size="sm" c="dimmed">
            {text.external}
          </Text>
        </Stack>
      ) : error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : (
        <RowsSkeleton rows={4} />
      )}
    </Card>
  );
}
