import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Home } from '@/pages/home/Home';
import { NotFound } from '@/patterns/States';
import { loading } from './loading';
import { Shell } from './shell';

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFound /> });

/** Search parameters are text: lists read theirs by themselves (patterns/useListAddress). */
const validateSearch = (search: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)]));

const page = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component, validateSearch });

const routes = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: Home }),
  page('/desk', lazyRouteComponent(loading(() => import('@/pages/records/Desk')))),
  page('/desk/$set', lazyRouteComponent(loading(() => import('@/pages/records/Records')))),
  page('/admin/app-registrations', lazyRouteComponent(loading(() => import('@/pages/admin/registrations/Registrations')))),
  page('/admin/app-registrations/$id', lazyRouteComponent(loading(() => import('@/pages/admin/registrations/RegistrationRecord')))),
  page('/admin/audit-log', lazyRouteComponent(loading(() => import('@/pages/admin/audit/AuditLog')))),
  page('/admin/security-controls/api-keys', lazyRouteComponent(loading(() => import('@/pages/admin/security/ApiKeys')))),
  page('/admin/security-controls/token-issuers', lazyRouteComponent(loading(() => import('@/pages/admin/security/Issuers')))),
  page('/admin/security-controls/signing-keys', lazyRouteComponent(loading(() => import('@/pages/admin/security/SigningKeys')))),
  page('/admin/audit-log/$seq', lazyRouteComponent(loading(() => import('@/pages/admin/audit/AuditEntry')))),
  page('/admin/people', lazyRouteComponent(loading(() => import('@/pages/admin/people/People')))),
  page('/admin/people/$id', lazyRouteComponent(loading(() => import('@/pages/admin/people/PersonRecord')))),
  page('/admin/teams', lazyRouteComponent(loading(() => import('@/pages/admin/teams/Teams')))),
  page('/admin/teams/$id', lazyRouteComponent(loading(() => import('@/pages/admin/teams/TeamRecord')))),
  page('/admin/groups', lazyRouteComponent(loading(() => import('@/pages/admin/groups/Groups')))),
  page('/admin/groups/$id', lazyRouteComponent(loading(() => import('@/pages/admin/groups/GroupRecord')))),
  page('/admin/role-editor', lazyRouteComponent(loading(() => import('@/pages/admin/roles/RoleEditor')))),
  page('/admin/roles', lazyRouteComponent(loading(() => import('@/pages/admin/roles/Roles')))),
  page('/admin/roles/$name', lazyRouteComponent(loading(() => import('@/pages/admin/roles/RoleRecord')))),
  page('/admin/business-objects', lazyRouteComponent(loading(() => import('@/pages/admin/objects/Objects')))),
  page('/admin/business-objects/$object', lazyRouteComponent(loading(() => import('@/pages/admin/objects/ObjectRecord')))),
  page('/admin/pick-lists', lazyRouteComponent(loading(() => import('@/pages/admin/objects/PickLists')))),
  page('/admin/pick-lists/$list', lazyRouteComponent(loading(() => import('@/pages/admin/objects/PickListRecord')))),
  page('/desk/$set/$id', lazyRouteComponent(loading(() => import('@/pages/records/RecordDetail')))),
  page('/tenants', lazyRouteComponent(loading(() => import('@/pages/tenants/Tenants')))),
  page('/tenants/administrators', lazyRouteComponent(loading(() => import('@/pages/tenants/Administrators')))),
  page('/tenants/$id', lazyRouteComponent(loading(() => import('@/pages/tenants/TenantRecord')))),
  page('/admin/single-sign-on', lazyRouteComponent(loading(() => import('@/pages/admin/sso/SingleSignOn')))),
  page('/admin/single-sign-on/provisioning', lazyRouteComponent(loading(() => import('@/pages/admin/sso/Provisioning')))),
  page('/admin/single-sign-on/$id', lazyRouteComponent(loading(() => import('@/pages/admin/sso/ProviderRecord')))),
  page('/admin/mail', lazyRouteComponent(loading(() => import('@/pages/admin/mail/Mail')))),
  page('/settings/appearance', lazyRouteComponent(loading(() => import('@/pages/settings/AppearanceSettings')))),
  page('/settings/localisation', lazyRouteComponent(loading(() => import('@/pages/settings/LocalisationSettings')))),
  page('/settings/security', lazyRouteComponent(loading(() => import('@/pages/settings/SecuritySettings')))),
  page('/settings/service-desk', lazyRouteComponent(loading(() => import('@/pages/settings/DeskSettings')))),
  page('/account', lazyRouteComponent(loading(() => import('@/pages/account/Account')))),
  page('/settings/system-info', lazyRouteComponent(loading(() => import('@/pages/settings/SystemInfo')))),
]);

const plain = (text: string): unknown => text;

/** Search parameters as people write them: ?search=csm&type=custom, without JSON. */
export const router = createRouter({
  routeTree: routes,
  defaultPreload: 'intent',
  parseSearch: (text) => Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, plain(value)])),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search)
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => [name, String(value)]),
    ).toString();
    return text ? `?${text}` : '';
  },
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
