import {
  type Icon,
  IconApps,
  IconBook,
  IconBox,
  IconBug,
  IconBuilding,
  IconChecklist,
  IconDatabase,
  IconFileCertificate,
  IconFlame,
  IconHeadset,
  IconHistory,
  IconHome,
  IconInfoCircle,
  IconKey,
  IconListDetails,
  IconLock,
  IconLogin2,
  IconMail,
  IconPalette,
  IconReplace,
  IconServer,
  IconShield,
  IconShoppingCart,
  IconSignature,
  IconUserCheck,
  IconUserShield,
  IconUsers,
  IconUsersGroup,
  IconUsersPlus,
  IconWorld,
} from '@tabler/icons-react';
import { words } from '@/words';
import type { Me } from './session';

/** A page of the map: where it is, how it is called, which letters go there, who may open it. */
export interface PageEntry {
  path: string;
  label: string;
  icon: Icon;
  /** The letter after g. */
  letter?: string;
  /** Shown under this heading within its area. */
  heading?: string;
  may: (me: Me) => boolean;
  /** Other words people search for. */
  also?: string;
}

/** An area of the map (shared/WEB.md), in the order of the rail. */
export interface Area {
  label: string;
  pages: PageEntry[];
}

const desk = words.desk.pages;
const everybody = (me: Me) => me.areas.includes('home');
const administrators = (me: Me) => me.areas.includes('admin');
const operators = (me: Me) => me.areas.includes('tenants');

/** Who works at the desk and may read an object. */
const readers = (object: string) => (me: Me) => me.areas.includes('desk') && (me.objects[object]?.read ?? 'none') !== 'none';

/** The whole map. A page is added here and in router.tsx. */
export const areas: Area[] = [
  { label: words.areas.home, pages: [{ path: '/', label: words.pages.home, icon: IconHome, letter: 'h', may: everybody }] },
  {
    label: words.areas.desk,
    pages: [
      { path: '/desk/incidents', label: desk.incidents, icon: IconFlame, letter: 'n', may: readers('Incident'), also: 'tickets' },
      { path: '/desk/servicereqs', label: desk.requests, icon: IconShoppingCart, letter: 'q', may: readers('ServiceReq'), also: 'orders' },
      { path: '/desk/changes', label: desk.changes, icon: IconReplace, letter: 'c', may: readers('Change') },
      { path: '/desk/problems', label: desk.problems, icon: IconBug, letter: 'b', may: readers('Problem'), also: 'known errors' },
      { path: '/desk/tasks', label: desk.tasks, icon: IconChecklist, letter: 'j', may: readers('Task'), also: 'assignments work orders' },
      { path: '/desk/frs_knowledges', label: desk.knowledge, icon: IconBook, letter: 'w', may: readers('FRS_Knowledge'), also: 'articles' },
      { path: '/desk/cis', label: desk.items, icon: IconServer, letter: 'm', may: readers('CI'), also: 'cmdb assets computers services' },
      {
        path: '/desk',
        label: desk.all,
        icon: IconDatabase,
        letter: 'd',
        may: (me) => me.areas.includes('desk'),
        also: 'business objects',
      },
    ],
  },
  {
    label: words.areas.admin,
    pages: [
      {
        path: '/admin/app-registrations',
        label: words.pages.registrations,
        icon: IconApps,
        letter: 'a',
        may: administrators,
        also: 'oauth client token',
      },
      {
        path: '/admin/people',
        label: words.pages.people,
        icon: IconUsers,
        letter: 'p',
        may: administrators,
        also: 'users accounts employees',
      },
      { path: '/admin/teams', label: words.pages.teams, icon: IconUsersGroup, letter: 't', may: administrators, also: 'members' },
      {
        path: '/admin/groups',
        label: words.pages.groups,
        icon: IconUsersPlus,
        letter: 'u',
        may: administrators,
        also: 'contact group members',
      },
      { path: '/admin/roles', label: words.pages.roles, icon: IconShield, letter: 'r', may: administrators, also: 'rights permissions' },
      {
        path: '/admin/business-objects',
        label: words.pages.objects,
        icon: IconBox,
        letter: 'o',
        may: administrators,
        also: 'fields relationships status searches actions definition schema',
      },
      {
        path: '/admin/pick-lists',
        label: words.pages.pickLists,
        icon: IconListDetails,
        may: administrators,
        also: 'values choices validation',
      },
      {
        path: '/admin/mail',
        label: words.pages.mail,
        icon: IconMail,
        letter: 'e',
        may: administrators,
        also: 'smtp outbox e-mail server',
      },
      { path: '/admin/audit-log', label: words.pages.audit, icon: IconHistory, letter: 'l', may: administrators, also: 'history trail' },
      {
        path: '/admin/single-sign-on',
        label: words.pages.singleSignOn,
        icon: IconLogin2,
        letter: 'f',
        may: administrators,
        also: 'sso saml oidc entra identity provider federation metadata certificate domain',
      },
      {
        path: '/admin/single-sign-on/provisioning',
        label: words.pages.provisioning,
        icon: IconUserCheck,
        may: administrators,
        also: 'scim entra token tenant url users groups',
      },
      {
        path: '/admin/security-controls/api-keys',
        label: words.pages.apiKeys,
        icon: IconKey,
        letter: 'k',
        heading: words.areas.securityControls,
        may: administrators,
        also: 'rest reference id key group',
      },
      {
        path: '/admin/security-controls/token-issuers',
        label: words.pages.issuers,
        icon: IconFileCertificate,
        letter: 'i',
        heading: words.areas.securityControls,
        may: administrators,
        also: 'entra oidc jwt inspector',
      },
      {
        path: '/admin/security-controls/signing-keys',
        label: words.pages.signingKeys,
        icon: IconSignature,
        letter: 's',
        heading: words.areas.securityControls,
        may: administrators,
        also: 'jwks rotation',
      },
    ],
  },
  {
    label: words.areas.settings,
    pages: [
      {
        path: '/settings/system-info',
        label: words.pages.system,
        icon: IconInfoCircle,
        letter: 'y',
        may: administrators,
        also: 'version',
      },
      {
        path: '/settings/appearance',
        label: words.pages.appearance,
        icon: IconPalette,
        may: administrators,
        also: 'colour accent name title',
      },
      {
        path: '/settings/localisation',
        label: words.pages.localisation,
        icon: IconWorld,
        may: administrators,
        also: 'time zone language locale week',
      },
      {
        path: '/settings/security',
        label: words.pages.securitySettings,
        icon: IconLock,
        may: administrators,
        also: 'second factor session idle limits policy',
      },
      {
        path: '/settings/service-desk',
        label: words.pages.deskSettings,
        icon: IconHeadset,
        may: administrators,
        also: 'odata attachments transitions',
      },
    ],
  },
  {
    label: words.areas.tenants,
    pages: [
      { path: '/tenants', label: words.pages.tenants, icon: IconBuilding, letter: 't', may: operators, also: 'organisations hosts' },
      {
        path: '/tenants/administrators',
        label: words.pages.operators,
        icon: IconUserShield,
        letter: 'a',
        may: operators,
        also: 'operators people invite',
      },
    ],
  },
];

/** What a person may open: areas without pages are left out. */
export function areasFor(me: Me): Area[] {
  return areas.map((area) => ({ ...area, pages: area.pages.filter((page) => page.may(me)) })).filter((area) => area.pages.length > 0);
}

/** The first segments of addresses that an area of the program opens. */
const guarded: Record<string, string> = { admin: 'admin', settings: 'admin', tenants: 'tenants', desk: 'desk' };

/** Whether a person may open an address; what nobody guards everybody may. */
export function mayOpen(me: Me, path: string): boolean {
  const area = guarded[path.split('/')[1] ?? ''];
  return area === undefined || me.areas.includes(area);
}

/** What a page is called in the map: the longest address that the path lies below. */
export function labelOf(path: string): string | undefined {
  const found = areas
    .flatMap((area) => area.pages)
    .filter((page) => path === page.path || (page.path !== '/' && path.startsWith(`${page.path}/`)))
    .toSorted((a, b) => b.path.length - a.path.length);
  return found[0]?.label;
}
