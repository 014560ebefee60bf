import type { ReactNode } from 'react';
import { Card, Facts } from '@/patterns/Record';
import { Time } from '@/patterns/Time';
import { words } from '@/words';
import { sso } from '@/words/sso';
import type { Provider } from './queries';

const field = sso.field;
const text = sso.record;

const mono = (value: string | undefined) => value && <span className="mono">{value}</span>;
const yesNo = (value: boolean | undefined) => (value ? words.state.yes : words.state.no);

/** What administrators have decided about a provider, to read. */
export function SettingsCards({ provider: p }: { provider: Provider }) {
  const said = (facts: [string, ReactNode, boolean?][]) =>
    facts.filter(([, , shown = true]) => shown).map(([label, value]): [string, ReactNode] => [label, value]);
  const saml = p.kind === 'saml';
  return (
    <>
      <Card title={text.settings}>
        <Facts
          facts={said([
            [saml ? (p.preset === 'entra' ? field.entraEntity : field.entity_id) : field.issuer, mono(p.entity_id)],
            [field.sso_url, mono(p.sso_url), saml],
            [field.slo_url, mono(p.slo_url), saml],
            [field.slo_response_url, mono(p.slo_response_url), Boolean(p.slo_response_url)],
            [field.logout_issuers, p.logout_issuers?.map((one) => <div key={one}>{mono(one)}</div>), Boolean(p.logout_issuers?.length)],
            [field.logout_page, mono(p.logout_page), Boolean(p.logout_page)],
            [field.client_id, mono(p.client_id), !saml],
            [field.client_secret, yesNo(p.client_secret_set), !saml],
            [field.scopes, p.scopes?.join(' '), Boolean(p.scopes?.length)],
            [sso.column.created, <Time key="created" at={p.created_at} />],
          ])}
        />
      </Card>
      <Card title={text.people}>
        <Facts
          facts={said([
            [field.create_users, yesNo(p.create_users)],
            [field.link_by_email, yesNo(p.link_by_email)],
            [field.subject_claim, mono(p.subject_claim), Boolean(p.subject_claim)],
          ])}
        />
      </Card>
      {saml && (
        <Card title={text.protocol}>
          <Facts
            facts={said([
              [field.allow_idp_initiated, yesNo(p.allow_idp_initiated)],
              [field.sign_requests, yesNo(p.sign_requests)],
              [field.want_encrypted, yesNo(p.want_encrypted)],
              [field.allow_cbc, yesNo(p.allow_cbc), p.allow_cbc],
              [field.force_authn, yesNo(p.force_authn)],
              [field.skew_seconds, String(p.skew_seconds), Boolean(p.skew_seconds)],
              [field.sso_binding, sso.bindings[p.sso_binding ?? 'redirect'], p.sso_binding === 'post'],
            ])}
          />
        </Card>
      )}
    </>
  );
}
