/** Admin > Groups. */
export const groups = {
  one: 'group',
  many: 'groups',
  intro: 'Groups and who is in them. A person is in as many as you like. A group gives no rights by itself.',
  new: 'New group',
  create: 'Create group',
  edit: 'Edit group',
  made: (name: string) => `Created ${name}.`,
  empty: 'There are no groups',
  emptyHelp: 'Put people together who have something in common, across teams.',
  name: 'Name',
  nameHelp: 'No other group has it.',
  description: 'Description',
  reference: 'External reference',
  referenceHelp: 'What another system calls it.',
  members: 'Members',
  memberOne: 'member',
  memberMany: 'members',
  created: 'Created',
  changed: 'Changed',
  facts: 'Facts',
  id: 'RecId',
  noMembers: 'Nobody is in this group.',
  add: 'Add members',
  addTitle: 'Add members to the group',
  personHelp: 'Type a part of the name, login or e-mail address.',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name} from the group?`,
  removeEffect: (name: string) => `${name} is in it no longer. Nothing else changes.`,
  removed: (name: string) => `${name} is no longer in the group.`,
  delete: (name: string) => `Delete the group ${name}?`,
  deleteEffect: (people: string) => `It has ${people}, who stay and are in it no longer. This cannot be undone.`,
  deleted: (name: string) => `Deleted ${name}.`,
};

/** What the lists of members of teams and groups have in common. */
export const members = {
  find: 'Find a member',
  people: 'People',
  choose: 'Choose one person at least.',
  chosen: (n: string) => `${n} chosen`,
  adding: 'Add members',
  nobody: 'Nobody matches.',
};

/** What somebody else changed while it was edited. */
export const meanwhile = {
  title: 'Changed meanwhile by somebody else',
  refused: 'Somebody else has changed it since you opened it. Nothing you typed is lost: look at what they changed, then save again.',
  change: (field: string, was: string, is: string) => `${field}: ${was} became ${is}`,
  typed: 'You have typed something else; it is kept.',
  gone: 'This was deleted meanwhile',
  goneHelp: 'Somebody else has deleted it, so it cannot be saved. What you typed stays here until you close: copy what you need.',
  goneAnew: 'Somebody else has deleted it, so it cannot be saved. What you typed stays here: make it anew with that, or close.',
  anew: 'Make it anew',
};

/** Doing something to many. */
export const bulk = {
  progress: (tried: string, all: string) => `${tried} of ${all}`,
  left: (seconds: string) => `About ${seconds} seconds left.`,
  done: (n: string) => `Done: ${n}.`,
  stopped: (n: string) => `Stopped: ${n} not tried.`,
  refused: (n: string) => `Refused: ${n}`,
  stop: 'Stop',
};
