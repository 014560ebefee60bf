import { sso as en } from './en.sso';
import { isolating } from './isolate';

/** What people read on the pages of single sign-on. They are many, so they come with those pages and not with the first load. */
export const sso: typeof en = isolating(en);
