/** What changes by itself, and what waits. */
export const live = {
  off: (time: string) => `Not connected; showing what was there at ${time}`,
  held: (n: string) => `${n} new`,
  moved: 'The list has changed',
  show: 'show',
  changed: (rows: string) => `${rows} changed`,
  added: (rows: string) => `${rows} new`,
  row: 'row',
  rows: 'rows',
  gone: 'no longer in this list',
  saved: 'Somebody has saved this meanwhile',
  savedHelp: 'Saving now may write over what they changed.',
  savedSafe: 'Nothing you typed is lost, and nothing of theirs is written over unseen.',
  load: 'Show what they saved',
  keep: 'Keep what I typed',
};

export const bell = {
  title: 'Notifications',
  open: 'Notifications',
  unread: (n: string) => `Notifications, ${n} unread`,
  fresh: 'New',
  empty: 'Nothing waits for you',
  emptyHelp: 'Approvals, what is assigned to you and what ends soon will stand here.',
  kinds: {
    approval: 'Waits for your vote',
    assigned: 'Assigned to you',
    credential: 'Credential of an app registration ends',
    api_key: 'API key ends',
    second_factor: 'Set up a second factor',
    mail_missing: 'No mail server is set up',
    mail_failed: 'E-mails could not be sent',
    break_glass: 'Break-glass administrator signed in',
    break_glass_refused: 'Break-glass sign-in refused',
  } as Record<string, string>,
  help: {
    second_factor: 'Your roles demand one at the next sign-in.',
    mail_missing: 'Nobody gets notices or links by e-mail.',
  } as Record<string, string>,
  failed: (n: string) => `${n} given up`,
  ends: 'ends',
  unnamed: 'Without a name',
};
