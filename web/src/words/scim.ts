import { scim as en } from './en.scim';
import { isolating } from './isolate';

/** What people read on the page of provisioning, with which it comes. */
export const scim: typeof en = isolating(en);
