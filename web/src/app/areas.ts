import {
  type Icon,
  IconApps,
  IconBox,
  IconFileCertificate,
  IconHistory,
  IconHome,
  IconInfoCircle,
  IconKey,
  IconListDetails,
  IconShield,
  IconSignature,
  IconUsers,
  IconUsersGroup,
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

const everybody = () => true;
const administrators = (me: Me) => me.areas.includes('admin');

/** The whole map. A page is added here and in router.tsx. */
export const areas: Area[] = [
  { label: words.areas.home, pages: [{ path: '/', label: words.pages.home, icon: IconHome, letter: 'h', may: everybody }] },
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
      { path: '/admin/teams', label: words.pages.teams, icon: IconUsersGroup, letter: 't', may: administrators, also: 'groups members' },
      { path: '/admin/roles', label: words.pages.roles, icon: IconShield, letter: 'r', may: administrators, also: 'rights permissions' },
      {
        path: '/admin/business-objects',
        label: words.pages.objects,
        icon: IconBox,
        letter: 'b',
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
      { path: '/admin/audit-log', label: words.pages.audit, icon: IconHistory, letter: 'l', may: administrators, also: 'history trail' },
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
    ],
  },
];

/** What a person may open: areas without pages are left out. */
export function areasFor(me: Me): Area[] {
  return areas.map((area) => ({ ...area, pages: area.pages.filter((page) => page.may(me)) })).filter((area) => area.pages.length > 0);
}
